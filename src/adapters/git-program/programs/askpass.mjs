/**
 * What git calls for a user name or password (GIT_ASKPASS). It asks the process that started git, on the socket
 * that was inherited as descriptor 4, and hands the one-line answer to git.
 */
import { readSync, writeSync } from 'node:fs';

const socket = 4;
const lineBreak = 10;
writeSync(socket, (process.argv[2] ?? '').startsWith('Username') ? 'u' : 'p');
const answer = Buffer.alloc(65_536);
let length = 0;
while (answer[length - 1] !== lineBreak) {
  const read = readSync(socket, answer, length, answer.length - length, null);
  if (read === 0) process.exit(1);
  length += read;
}
writeSync(1, answer, 0, length);
answer.fill(0);
