import { get } from 'node:https';

/** Whether a broker on this machine has looked at everything and answers. */
export async function isReadyAt({
  port,
  caPem,
}: {
  readonly port: number;
  readonly caPem: string;
}): Promise<boolean> {
  return await new Promise((resolve) => {
    const sent = get(`https://127.0.0.1:${port}/readyz`, { ca: caPem, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    sent.on('error', () => resolve(false));
  });
}
