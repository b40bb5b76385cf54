import { parentPort } from 'node:worker_threads';

/** A worker for tests: echoes, stays silent, dies or throws as it is told. */
parentPort?.on('message', (message: unknown) => {
  if (message === null || typeof message !== 'object' || !('say' in message)) return;
  if (message.say === 'silence') return;
  if (message.say === 'exit') process.exit(1);
  if (message.say === 'throw') throw new Error('told to');
  parentPort?.postMessage({ echo: message.say });
});
