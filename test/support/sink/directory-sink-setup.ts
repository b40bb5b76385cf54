import { mkdir, readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  DesiredSecret,
  SecretLease,
  SecretOwner,
  SecretSink,
} from '#core/ports/secret-sink.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { Clock } from '#core/ports/time.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { digestValues } from '#core/secret/value-digests.ts';
import { createNodeDigest } from '#platform/crypto/node-digest.ts';
import type { Steps } from '#platform/files/steps.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { openDirectorySink } from '#adapters/directory-sink/directory-sink.ts';
import type { SinkEntry } from '#adapters/directory-sink/target.ts';
import { createTempFolder } from '../temp-folder.ts';

export const sinkDigest = createNodeDigest(
  SecretBytes.copyOf(new Uint8Array(32).fill(7)),
  'cluster-of-the-test',
);

export const owner: SecretOwner = {
  kind: 'EphemeralSecret',
  namespace: 'prod',
  name: 'database',
  uid: '6f1f8a34-0000-4000-8000-000000000001',
};

export function aDesired(values: Readonly<Record<string, string>>, name = 'db'): DesiredSecret {
  const entries = Object.entries(values);
  return {
    namespace: 'prod',
    name,
    type: 'Opaque',
    labels: { app: 'shop' },
    annotations: {},
    values: new Map(entries.map(([key, text]) => [key, SecretBytes.take(Buffer.from(text))])),
  };
}

export function aLease(desired: DesiredSecret, change: Partial<SecretLease> = {}): SecretLease {
  return {
    issuedAt: Date.UTC(2026, 0, 1),
    expiresAt: Date.UTC(2026, 0, 1, 1),
    revision: 'a'.repeat(40),
    owner,
    path: 'prod/db.yaml',
    modifiedAt: Date.UTC(2025, 11, 31),
    verifiedAt: Date.UTC(2026, 0, 1),
    origin: 'origin-1',
    siblings: 1,
    digests: digestValues(sinkDigest, desired, desired.values),
    ...change,
  };
}

export interface OpenOptions {
  readonly onStep?: Steps;
  readonly clock?: Clock;
  readonly digest?: Digest;
  readonly entry?: Partial<SinkEntry>;
  /** Configures the entry a second time. */
  readonly twice?: boolean;
}

export interface SinkSetup {
  /** The directory of the namespace `prod`. */
  readonly directory: string;
  readonly state: string;
  /** What the sink reported besides its answers. */
  readonly faults: unknown[];
  /** Opens the sink on what is on disk now, as a restart does. */
  open(options?: OpenOptions): Promise<SecretSink>;
  remove(): Promise<void>;
}

/** A state folder and one directory for `prod`, on whatever the temporary folder is. */
export async function setUpSink(): Promise<SinkSetup> {
  const root = await createTempFolder();
  const directory = join(root.path, 'prod');
  const state = join(root.path, 'state');
  const faults: unknown[] = [];
  await mkdir(directory);
  return {
    directory,
    state,
    faults,
    remove: root.remove,
    async open(options = {}): Promise<SecretSink> {
      const time = { clock: options.clock ?? createSystemClock(), random: createSystemRandom() };
      const steps = options.onStep === undefined ? {} : { onStep: options.onStep };
      const entry = { namespace: 'prod', directory, allowDisk: true, ...options.entry };
      const deps = {
        digest: options.digest ?? sinkDigest,
        ...time,
        onFault: (error: unknown) => void faults.push(error),
        ...steps,
      };
      const sinks = options.twice === true ? [entry, entry] : [entry];
      return await openDirectorySink(deps, { sinks, stateFolder: state });
    },
  };
}

/** What a reader finds: every key of a secret and its text, at one moment. */
export async function readFolder(folder: string): Promise<Record<string, string>> {
  const version = await realpath(join(folder, '..data'));
  const found: Record<string, string> = {};
  for (const name of await readdir(version)) {
    found[name] = await readFile(join(version, name), 'utf8');
  }
  return found;
}

export function preconditionOf(secret: {
  readonly uid: string;
  readonly resourceVersion: string;
}): { readonly uid: string; readonly resourceVersion: string } {
  return { uid: secret.uid, resourceVersion: secret.resourceVersion };
}
