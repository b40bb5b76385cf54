import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { readCleanEnvironment } from '../clean-environment.ts';
import { waitUntil } from '../wait-until.ts';

/** The stand-in for GitHub, a process of its own. */
export interface DemoGithub {
  /** The claim `iss` of its tokens. */
  readonly url: string;
  readonly caFile: string;
  readonly caPem: string;
  /** The token of a job for somebody, as the job asks for it. */
  requestToken(job: string, audience: string): Promise<string>;
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL('fake-github.ts', import.meta.url));

export async function startDemoGithub(root: string): Promise<DemoGithub> {
  const [caFile, urlFile] = [join(root, 'github.pem'), join(root, 'github.url')];
  const child = spawn(process.execPath, [program, caFile, urlFile], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: readCleanEnvironment(),
  });
  const ended = once(child, 'exit');
  const url = await waitUntil('the stand-in for GitHub', async () => {
    return await readFile(urlFile, 'utf8').catch(() => null);
  });
  const caPem = await readFile(caFile, 'utf8');
  return {
    url,
    caFile,
    caPem,
    async requestToken(job, audience) {
      const address = `${url}/token?audience=${encodeURIComponent(audience)}`;
      const headers = { authorization: `Bearer ${job}` };
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        get(address, { ca: caPem, headers }, resolve).on('error', reject);
      });
      const { value } = (await json(answer)) as { readonly value: string };
      return value;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
