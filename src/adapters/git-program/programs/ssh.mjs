/**
 * What git calls instead of ssh (GIT_SSH): becomes the real ssh. The program and the options that stand before
 * those of git come on the socket that was inherited as descriptor 4.
 */
import { readSync } from 'node:fs';

const socket = 4;
const text = Buffer.alloc(65_536);
let length = 0;
for (let read = 1; read > 0 && length < text.length; length += read) {
  read = readSync(socket, text, length, text.length - length, null);
}
const [program, ...options] = JSON.parse(text.toString('utf8', 0, length));
process.execve(program, [program, ...options, ...process.argv.slice(2)]);
