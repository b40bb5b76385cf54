import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeName } from '#core/ports/kube/kube-api.ts';
import type { Instant, MonotonicClock, Random } from '#core/ports/time.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { renderBundle, type Authority, type AuthorityOptions } from './authority/authority.ts';
import { decideStep, type Step } from './authority/decide-step.ts';
import { performStep } from './authority/perform-step.ts';
import { readAuthority } from './authority/read-authority.ts';
import {
  readStored,
  writeStored,
  type SecretPlace,
  type StoredAuthority,
} from './authority-store.ts';
import type { CertsPass, PassResult } from './certs-pass.ts';
import { publishBundle } from './publish/publish-bundle.ts';
import { listPublished, readWebhooks, type WebhooksReading } from './publish/read-webhooks.ts';

export interface AuthorityDeps {
  readonly api: Pick<KubeApi, 'get' | 'apply' | 'patch'>;
  /** The API server's: it is who judges certificates. */
  readonly now: () => Instant;
  readonly clock: Pick<MonotonicClock, 'ticks'>;
  readonly random: Random;
  /** A step that was taken, for people. */
  onStep(step: Exclude<Step['kind'], 'rest'>): void;
  /** A configuration whose webhooks trust something else now. */
  onPublished(name: string): void;
}

export interface AuthorityPlaces extends AuthorityOptions {
  readonly secret: SecretPlace;
  readonly webhooks: readonly KubeName[];
}

/** From nothing there are three: a root, its promotion with a leaf, and what was retired. */
const mostSteps = 6;

/**
 * The pass of mode `self`: reads what is kept and what is trusted, publishes the bundle, and takes one step after the
 * other until nothing is due. Whatever broke off in the middle is gone on with by the next pass.
 */
export function createAuthorityKeeper(deps: AuthorityDeps, places: AuthorityPlaces): CertsPass {
  const publishedFor = createPublishedFor(deps.clock);
  return async function keepAuthority(signal) {
    const keys = new Set<SecretBytes>();
    try {
      return await new Pass({ deps, places, publishedFor, keys }, signal).run();
    } finally {
      for (const key of keys) key.wipe();
    }
  };
}

interface PassParts {
  readonly deps: AuthorityDeps;
  readonly places: AuthorityPlaces;
  readonly publishedFor: ReturnType<typeof createPublishedFor>;
  /** Every key that this pass has held. */
  readonly keys: Set<SecretBytes>;
}

class Pass {
  readonly #parts: PassParts;
  readonly #signal: AbortSignal;

  constructor(parts: PassParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
  }

  async run(): Promise<PassResult> {
    const { deps, places } = this.#parts;
    const stored = await readStored(deps.api, places.secret, this.#signal);
    const reading = await readWebhooks(deps.api, places.webhooks, this.#signal);
    const { namespace, name } = places.secret;
    const { authority, problems } = readAuthority(stored.content, {
      secret: `${namespace}/${name}`,
      published: listPublished(reading.found),
      lostUntil: deps.now() + places.leafMs,
    });
    this.#hold(authority);
    const result = await this.#goOn(authority, stored.on, reading);
    return { ...result, problems: [...problems, ...result.problems] };
  }

  async #goOn(
    first: Authority,
    firstOn: StoredAuthority['on'],
    reading: WebhooksReading,
  ): Promise<PassResult> {
    const { deps, places } = this.#parts;
    let authority = first;
    let on = firstOn;
    let { found } = reading;
    for (let taken = 0; taken <= mostSteps; taken += 1) {
      const { problems, ...published } = await this.#publish(authority, { ...reading, found });
      found = published.found;
      const facts = { now: deps.now(), publishedMs: published.publishedMs };
      const step = decideStep(authority, facts, places);
      if (step.kind === 'rest') return renderResult(authority, step.until, problems);
      authority = await performStep(authority, step.kind, {
        now: facts.now,
        random: deps.random,
        options: places,
      });
      this.#hold(authority);
      on = await writeStored(deps.api, { place: places.secret, on, authority }, this.#signal);
      deps.onStep(step.kind);
    }
    throw createError('MAYFLY_INTERNAL_BUG', { where: 'the steps of the authority' });
  }

  async #publish(
    authority: Authority,
    { found, problems }: WebhooksReading,
  ): Promise<WebhooksReading & { readonly publishedMs: number | null }> {
    const { deps, publishedFor } = this.#parts;
    const bundle = renderBundle(authority);
    if (bundle === '') return { found, problems, publishedMs: null };
    const publication = await publishBundle(deps.api, { webhooks: found, bundle }, this.#signal);
    for (const name of publication.changed) deps.onPublished(name);
    const isEverywhere = [...problems, ...publication.problems].every(isAbsence);
    const isNew = publication.changed.length > 0;
    return {
      found: publication.webhooks,
      problems: [...problems, ...publication.problems],
      publishedMs: publishedFor(isEverywhere ? bundle : null, isNew),
    };
  }

  #hold({ root, next, leaf }: Authority): void {
    for (const pair of [root, next, leaf]) if (pair !== null) this.#parts.keys.add(pair.key);
  }
}

/** What is not there need not trust anybody yet. */
function isAbsence({ code }: MayflyError): boolean {
  return code === 'MAYFLY_CERTS_WEBHOOK_MISSING';
}

/**
 * For how long a bundle has been everywhere, in ms, as this process saw it; null while it is not. A process that has
 * just begun waits anew: it cannot know.
 */
function createPublishedFor(
  clock: Pick<MonotonicClock, 'ticks'>,
): (bundle: string | null, isNew: boolean) => number | null {
  let known: { readonly bundle: string; readonly sinceTicks: number } | null = null;
  return (bundle, isNew) => {
    if (bundle === null) known = null;
    else if (isNew || known?.bundle !== bundle) known = { bundle, sinceTicks: clock.ticks() };
    return known === null ? null : clock.ticks() - known.sinceTicks;
  };
}

function renderResult(
  { root, leaf }: Authority,
  nextAt: Instant,
  problems: readonly MayflyError[],
): PassResult {
  const ends = [
    ...(root === null ? [] : [{ name: 'root', notAfter: root.certificate.notAfter }]),
    ...(leaf === null ? [] : [{ name: 'leaf', notAfter: leaf.certificate.notAfter }]),
  ];
  return { nextAt, problems, ends };
}
