import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import { requirePart, whyMissing } from '#test/support/parts.ts';
import { applyPatch } from '#test/support/pods/apply-patch.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { vaultStore } from '#test/support/webhook/pods.ts';
import { aReview } from '#test/support/webhook/review-client.ts';
import { startWebhook, type RunningWebhook } from '#test/support/webhook/running-webhook.ts';
import { createBundle } from '#tools/bundle/bundle.ts';
import { waitUntil } from '../sync/wait-until.ts';
import { benchNamespace, findAdditions, renderPod, type PodObject } from './bench-pods.ts';
import { createProcReader, type ProcReader } from './read-proc.ts';
import { openReviewConnection, renderRequest, type ReviewPlace } from './review-connection.ts';
import { createReviewLoad, type ReviewLoad } from './review-load.ts';

/** Who answers reviews of the pods of one size. */
export interface Answerer {
  readonly name: 'ours' | 'peer';
  readonly load: ReviewLoad;
  readonly request: Uint8Array;
  readonly proc: ProcReader;
}

export interface AdmissionStage {
  /** Ours, and the peer where it can be had: both answer with the same change. */
  readonly answerersOf: (containers: number) => readonly Answerer[];
  /** How long the reviews since the last call took in the handler of ours, in ms. */
  takeHandlerTimes(): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** As `manifests/components/webhook/webhook.yaml` has it. */
const settings = {
  NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=128',
  MALLOC_ARENA_MAX: '1',
};

type Close = () => Promise<unknown>;

/** `mayfly webhook` as it ships, deciding by a folder of objects, beside the peer. */
export async function openAdmissionStage(
  sizes: readonly number[],
  say: (progress: string) => void,
): Promise<AdmissionStage> {
  const closes: Close[] = [];
  async function close(): Promise<void> {
    for (const each of closes.toReversed()) await each();
  }
  try {
    const temp = await createTempFolder();
    closes.push(temp.remove);
    const ours = await openOurs(temp.path, closes);
    const known = new Map<number, readonly Answerer[]>();
    for (const size of sizes) {
      say(`pods of ${size} containers`);
      known.set(size, await openAnswerers({ size, ours, folder: temp.path }, closes));
    }
    return {
      answerersOf: (size) => known.get(size) ?? [],
      takeHandlerTimes: ours.takeTimes,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Ours {
  readonly webhook: RunningWebhook;
  takeTimes(): Promise<readonly number[]>;
}

async function openOurs(folder: string, closes: Close[]): Promise<Ours> {
  const objects = join(folder, 'objects');
  await mkdir(objects);
  await writeFile(join(objects, 'store.yaml'), JSON.stringify(vaultStore));
  const program = await createBundle(join(folder, 'program'));
  const timesFile = join(folder, 'times.json');
  const webhook = await startWebhook({
    folder,
    kubeconfig: join(folder, 'none'),
    command: [`--import=${join(import.meta.dirname, 'review-probe.mjs')}`, program],
    env: { ...settings, BENCH_REVIEWS_FILE: timesFile },
    logLevel: 'warn',
    lines: [`objects: ${objects}`],
  });
  closes.push(async () => await webhook.end('SIGKILL'));
  return {
    webhook,
    async takeTimes() {
      await rm(timesFile, { force: true });
      webhook.child.kill('SIGUSR2');
      let text: string | null = null;
      await waitUntil('the times of the handler', async () => {
        text = await readFile(timesFile, 'utf8').catch(() => null);
        return text !== null;
      });
      return JSON.parse(text ?? '[]') as readonly number[];
    },
  };
}

interface Wanted {
  readonly size: number;
  readonly ours: Ours;
  readonly folder: string;
}

async function openAnswerers(
  { size, ours, folder }: Wanted,
  closes: Close[],
): Promise<readonly Answerer[]> {
  const pod = renderPod(size);
  const body = JSON.stringify(aReview(pod, { namespace: benchNamespace }));
  const { port, caPem, child } = ours.webhook;
  const request = renderRequest('/pods', body);
  const injected = await askOnce({ port, caPem }, request, pod);
  const own = openAnswerer({ name: 'ours', pid: child.pid, request, place: { port, caPem } });
  if (whyMissing('admission-peer') !== null) return [own];
  const additionsFile = join(folder, `additions-${size}.json`);
  await writeFile(additionsFile, JSON.stringify(findAdditions(pod, injected)));
  const peer = await startPeer({ folder, additionsFile, caPem }, closes);
  const peerRequest = renderRequest('/mutate', body);
  checkEqual(injected, await askOnce(peer.place, peerRequest, pod));
  return [own, openAnswerer({ name: 'peer', ...peer, request: peerRequest })];
}

interface AnswererPlace extends Pick<Answerer, 'name' | 'request'> {
  readonly pid: number | undefined;
  readonly place: ReviewPlace;
}

function openAnswerer({ name, pid, request, place }: AnswererPlace): Answerer {
  return { name, load: createReviewLoad(place), request, proc: createProcReader(pid ?? 0) };
}

/** The pod as one answer changes it. */
async function askOnce(
  place: ReviewPlace,
  request: Uint8Array,
  pod: PodObject,
): Promise<PodObject> {
  const connection = await openReviewConnection(place);
  const { response } = JSON.parse((await connection.send(request)).toString('utf8')) as {
    readonly response: { readonly patch: string };
  };
  connection.close();
  const steps = JSON.parse(Buffer.from(response.patch, 'base64').toString('utf8')) as never;
  return applyPatch(pod, steps) as PodObject;
}

interface PeerPlace {
  readonly folder: string;
  readonly additionsFile: string;
  readonly caPem: string;
}

/** With the certificate of ours. */
async function startPeer(
  { folder, additionsFile, caPem }: PeerPlace,
  closes: Close[],
): Promise<Pick<AnswererPlace, 'pid' | 'place'>> {
  const program = await requirePart('admission-peer');
  const [port = 0] = await findFreePorts(1);
  const home = join(folder, `peer-${port}`);
  await mkdir(home);
  const child = spawn(program, [String(port), folder, additionsFile], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env['PATH'], HOME: home },
  });
  const ended = once(child, 'exit');
  closes.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const place = { port, caPem };
  await waitUntil('the peer', async () => {
    if (child.exitCode !== null) throw new Error(`the peer ended with ${child.exitCode}`);
    return await openReviewConnection(place).then(
      (connection) => {
        connection.close();
        return true;
      },
      () => false,
    );
  });
  return { pid: child.pid, place };
}

/** In whatever order fields and elements stand. */
function checkEqual(ours: PodObject, peer: PodObject): void {
  if (sortDeep(ours) !== sortDeep(peer)) {
    throw new Error(`the peer makes another pod: ${sortDeep(peer)} and not ${sortDeep(ours)}`);
  }
}

function sortDeep(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortDeep).toSorted().join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, inner]) => `${key}:${sortDeep(inner)}`);
  return `{${fields.toSorted().join(',')}}`;
}
