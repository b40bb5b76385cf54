import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { FileFormat } from '#core/ports/decryptor.ts';
import { cliFiles, runFile, runProgram } from '#test/support/cli/run-program.ts';
import { describeWithParts } from '#test/support/describe-with-parts.ts';
import { comparable } from '#test/support/sops/comparable.ts';

const key = join(cliFiles, 'key.txt');
const env = { SOPS_AGE_KEY_FILE: key, SOPS_DISABLE_VERSION_CHECK: '1' };

const files = [
  { file: 'app.yaml', format: 'yaml' },
  { file: 'regex.yaml', format: 'yaml' },
  { file: 'stream.yaml', format: 'yaml' },
  { file: 'app.json', format: 'json' },
  { file: 'app.ini', format: 'ini' },
  { file: 'app.env', format: 'dotenv' },
  { file: 'app.bin', format: 'binary' },
] as const satisfies readonly { file: string; format: FileFormat }[];

await describeWithParts(['sops'], 'decrypting as the real sops does', (paths) => {
  it.each(files)('prints $file as sops prints it', async ({ file, format }) => {
    const ours = await runProgram(['decrypt', '-i', key, file], { cwd: cliFiles });
    const theirs = await runFile(paths.sops, ['decrypt', file], { cwd: cliFiles, env });
    expect([ours.code, theirs.code]).toEqual([0, 0]);
    expect(comparable(format, ours.stdout)).toEqual(comparable(format, theirs.stdout));
  });

  it.each([
    { file: 'app.yaml', format: 'json' },
    { file: 'app.json', format: 'yaml' },
    { file: 'app.env', format: 'json' },
    { file: 'app.env', format: 'yaml' },
    { file: 'app.ini', format: 'yaml' },
    { file: 'app.bin', format: 'binary' },
  ] as const)('prints $file as $format as sops does', async ({ file, format }) => {
    const args = ['decrypt', '--output-type', format, file];
    const ours = await runProgram([...args, '-i', key], { cwd: cliFiles });
    const theirs = await runFile(paths.sops, args, { cwd: cliFiles, env });
    expect([ours.code, theirs.code]).toEqual([0, 0]);
    expect(comparable(format, ours.stdout)).toEqual(comparable(format, theirs.stdout));
  });

  it.each(['tampered.yaml', 'no-mac.yaml', 'truncated.json', 'plain.yaml'])(
    'refuses %s as sops does',
    async (file) => {
      const ours = await runProgram(['decrypt', '-i', key, file], { cwd: cliFiles });
      const theirs = await runFile(paths.sops, ['decrypt', file], { cwd: cliFiles, env });
      expect(ours.code).toBeGreaterThan(0);
      expect(theirs.code).toBeGreaterThan(0);
      expect(ours.stdout).toHaveLength(0);
    },
  );
});
