/**
 * `node die-while-writing.ts FILES_FOLDER ENV_FILE STEP`: writes as the agent does, and is killed at that step, as by
 * the kernel. `half-version` is between two files of one version.
 */
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { writeFileAtomically } from '#platform/files/write-file-atomically.ts';
import { swapFiles, type NewFile } from '#platform/secret-folder/swap-files.ts';

const [, , folder = '', envFile = '', deadly = ''] = process.argv;

function onStep(step: string): void {
  if (step === deadly) process.kill(process.pid, 'SIGKILL');
}

function aFile(path: string, step: string): NewFile {
  const bytes = SecretBytes.copyOf(Buffer.from('written by who was killed'));
  const exposed = bytes.expose();
  function expose(): Uint8Array {
    onStep(step);
    return exposed;
  }
  return { path, mode: 0o440, bytes: Object.assign(bytes, { expose }) };
}

await writeFileAtomically(envFile, Buffer.from("PASSWORD='written by who was killed'\n"), {
  mode: 0o400,
  durable: false,
  onStep,
});
swapFiles(folder, [aFile('other', ''), aFile('password', 'half-version')], onStep);
