import type { KindName, ObjectRef } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import type { Random } from '#core/ports/time.ts';
import { createAnnouncer, type AnnounceParts, type Announcer } from './announce.ts';
import { firstVerdict, type Attempt } from './attempt.ts';
import { defaultBackoff, type BackoffOptions } from './backoff.ts';
import { decideRequeue } from './requeue.ts';
import { runAttempt, type Reconcile } from './run-attempt.ts';
import { settleAttempt, type StatusReport } from './settle-attempt.ts';
import type { Priority } from './waiting-keys.ts';
import { createWorkQueue, type WorkQueue } from './work-queue.ts';

export type ReconcileResult = Outcome['kind'] | 'failed';

export interface ReconcileMetrics {
  observeReconcile(controller: string, result: ReconcileResult, durationMs: number): void;
}

export interface ReconcileLoopParts extends AnnounceParts {
  readonly random: Random;
  readonly metrics: ReconcileMetrics;
  /** Writes status and conditions; an equal write costs nothing. May throw like a reconcile. */
  report(ref: ObjectRef, report: StatusReport): Promise<void>;
}

export interface ReconcileLoopOptions {
  readonly controller: string;
  readonly kind: KindName;
  readonly reconcile: Reconcile;
  /** How many objects are worked on at once. */
  readonly concurrency: number;
  /** And of one namespace. Default as many. */
  readonly share?: number;
  readonly timeoutMs: number;
  /** When an object is looked at again although nothing asked for it. */
  readonly resyncMs: number;
  readonly backoff?: BackoffOptions;
}

export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

export interface ReconcileLoop {
  add(object: NamespacedName, priority?: Priority): void;
  /** Of two delayed additions the earlier wins. */
  addAfter(object: NamespacedName, delayMs: number): void;
  /** Forgets an object that no longer exists and needs no more work. */
  remove(object: NamespacedName): void;
  start(): void;
  /** Takes no new work and waits for the running; when the deadline aborts, the running are aborted too. */
  stop(deadline: AbortSignal): Promise<void>;
  /** How many objects wait. */
  readonly depth: number;
}

/** How long an aborted reconcile may take to end before it is called a bug. */
const abortGraceMs = 10_000;

/**
 * Works through objects of one kind. The only place that turns an outcome or a failure into a requeue, conditions,
 * an event, a metric and a log line.
 */
export function createReconcileLoop(
  parts: ReconcileLoopParts,
  options: ReconcileLoopOptions,
): ReconcileLoop {
  return new Loop(parts, options);
}

class Loop implements ReconcileLoop {
  readonly #parts: ReconcileLoopParts;
  readonly #options: ReconcileLoopOptions;
  readonly #queue: WorkQueue;
  readonly #announcer: Announcer;
  /** Failures in a row, by key, only while an object fails. */
  readonly #failures = new Map<string, number>();
  readonly #seen = new Set<string>();
  readonly #stopping = new AbortController();
  readonly #workers: Promise<void>[] = [];

  constructor(parts: ReconcileLoopParts, options: ReconcileLoopOptions) {
    this.#parts = parts;
    this.#options = options;
    const { share: most } = options;
    const share = most === undefined ? null : { groupOf: namespaceOf, most };
    this.#queue = createWorkQueue(parts.clock, share);
    this.#announcer = createAnnouncer(parts);
  }

  add(object: NamespacedName, priority: Priority = 'soon'): void {
    this.#queue.add(renderKey(object), priority);
  }

  addAfter(object: NamespacedName, delayMs: number): void {
    this.#queue.addAfter(renderKey(object), delayMs, 'soon');
  }

  remove(object: NamespacedName): void {
    const key = renderKey(object);
    this.#queue.remove(key);
    this.#forget(key);
  }

  start(): void {
    while (this.#workers.length < this.#options.concurrency) this.#workers.push(this.#work());
  }

  async stop(deadline: AbortSignal): Promise<void> {
    this.#queue.close();
    const stopped = new AbortController();
    deadline.addEventListener('abort', () => this.#abort(), { signal: stopped.signal });
    if (deadline.aborted) this.#abort();
    await Promise.all(this.#workers);
    stopped.abort();
  }

  get depth(): number {
    return this.#queue.depth;
  }

  #abort(): void {
    const { controller } = this.#options;
    this.#stopping.abort(createError('MAYFLY_RECONCILE_STOPPED', { controller }));
  }

  async #work(): Promise<void> {
    for (let key = await this.#queue.take(); key !== null; key = await this.#queue.take()) {
      await this.#workOn(key);
      this.#queue.done(key);
    }
  }

  async #workOn(key: string): Promise<void> {
    const { clock, random, logger, metrics } = this.#parts;
    const { controller } = this.#options;
    const ref = parseKey(this.#options.kind, key);
    const id = random.uuid();
    const stop = this.#stopping.signal;
    await this.#welcome(key, ref);
    const fields = { controller, namespace: ref.namespace, name: ref.name, reconcileID: id };
    const calm = clock.after(this.#options.timeoutMs + abortGraceMs, () => {
      logger.error('a reconcile does not end after its abort', fields);
    });
    const run = await runAttempt(ref, this.#options, { clock, id, stop });
    calm();
    if (stop.aborted) return;
    const attempt = await settleAttempt(
      {
        logger,
        announcer: this.#announcer,
        report: (about, report) => this.#parts.report(about, report),
      },
      { ref, run, fields, failuresBefore: this.#failures.get(key) ?? 0 },
    );
    metrics.observeReconcile(controller, nameResult(attempt), run.durationMs);
    this.#requeue(key, attempt);
  }

  /** An object shows that it is known of before its first pass, which may take long. */
  async #welcome(key: string, ref: ObjectRef): Promise<void> {
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    try {
      await this.#parts.report(ref, { verdict: firstVerdict, onlyIfNew: true });
    } catch {
      // The pass that follows reports too, and its failure is told.
    }
  }

  #forget(key: string): void {
    this.#failures.delete(key);
    this.#seen.delete(key);
    this.#announcer.forget(key);
  }

  #requeue(key: string, attempt: Attempt): void {
    const failures = attempt.kind === 'failed' ? (this.#failures.get(key) ?? 0) + 1 : 0;
    if (failures === 0) this.#failures.delete(key);
    else this.#failures.set(key, failures);
    const { backoff = defaultBackoff, resyncMs } = this.#options;
    const { random } = this.#parts;
    const next = decideRequeue(attempt, failures, { backoff, resyncMs, random });
    if (next === null) this.#forget(key);
    else this.#queue.addAfter(key, next.afterMs, next.priority);
  }
}

function nameResult(attempt: Attempt): ReconcileResult {
  return attempt.kind === 'failed' ? 'failed' : attempt.outcome.kind;
}

function renderKey(object: NamespacedName): string {
  return `${object.namespace}/${object.name}`;
}

function namespaceOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}

function parseKey(kind: KindName, key: string): ObjectRef {
  const [namespace = '', name = ''] = key.split('/');
  return { kind, namespace, name };
}
