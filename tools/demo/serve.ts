import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { createTestGitServer } from '#test/support/git-server/create-test-git-server.ts';

/**
 * `serve.ts REPOSITORY CA_FILE URL_FILE`: serves a bare repository over https on this machine until Ctrl-C, for those
 * who try Mayfly without a git host. Writes the certificate of its authority, then its address, to files.
 */
const [repository, caFile, urlFile] = process.argv.slice(2);
if (repository === undefined || caFile === undefined || urlFile === undefined) {
  throw new Error('usage: serve.ts REPOSITORY CA_FILE URL_FILE');
}
const server = await createTestGitServer({ repository });
await writeFile(caFile, server.caPem, { mode: 0o400 });
await writeFile(`${urlFile}.new`, `${server.url}\n`);
await rename(`${urlFile}.new`, urlFile);
process.stdout.write(`serving ${server.url}\n`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await server.close();
