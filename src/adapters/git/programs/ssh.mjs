/**
 * What git calls instead of ssh (GIT_SSH): becomes the real ssh, with the options of MAYFLY_SSH_OPTIONS before
 * those that git gives.
 */
const options = JSON.parse(process.env['MAYFLY_SSH_OPTIONS'] ?? 'null');
const program = process.env['MAYFLY_SSH_PROGRAM'] ?? '';
const { PATH = '', GIT_PROTOCOL = '', LC_ALL = 'C' } = process.env;
process.execve(program, [program, ...options, ...process.argv.slice(2)], {
  PATH,
  GIT_PROTOCOL,
  LC_ALL,
});
