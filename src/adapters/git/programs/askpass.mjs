/**
 * What git calls for a user name or password (GIT_ASKPASS). It asks the process that started git, on the socket
 * that was inherited as descriptor MAYFLY_ASKPASS_FD, and hands the one-line answer to git.
 */
import { readSync, writeSync } from 'node:fs';

const fd = Number(process.env['MAYFLY_ASKPASS_FD']);
const question = (process.argv[2] ?? '').startsWith('Username') ? 'u' : 'p';
writeSync(fd, question);
const answer = Buffer.alloc(65_536);
let length = 0;
while (length < answer.length && (length === 0 || answer[length - 1] !== 10)) {
  const read = readSome(length);
  if (read === 0) process.exit(1);
  length += read;
}
writeSync(1, answer, 0, length);
answer.fill(0);

/** The socket is shared with a process that made it non-blocking, so an answer may not be there yet. */
function readSome(offset) {
  for (;;) {
    try {
      return readSync(fd, answer, offset, answer.length - offset, null);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}
