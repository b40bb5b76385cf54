import type { ObjectRef } from '#core/api/object.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import type { ObjectEvent } from '#core/ports/object-api.ts';
import type { MonotonicClock, Random } from '#core/ports/time.ts';
import { createCallBudget, type CallBudget } from '#platform/kube/call-budget.ts';
import { createEventMemory, type EventMemory } from './event-memory.ts';
import { nameEvent, renderEvent, renderSeries } from './render-event.ts';

export interface EventRecorderParts {
  readonly api: KubeApi;
  readonly clock: MonotonicClock;
  readonly random: Random;
  /** Name of this process, such as that of its pod. */
  readonly instance: string;
  /** Ends every call. */
  readonly signal: AbortSignal;
  /** Uid of an object; null when it is not known. */
  findUid(ref: ObjectRef): string | null;
  /** Told of each event that was lost. */
  onLost(event: ObjectEvent, error: unknown): void;
}

/** How many events may wait: of more, the newest are dropped. */
const mostWaiting = 2_000;
/** What happens to many objects at once is told slowly: an event costs the server as much as a Secret does. */
const pace = { perSecond: 20, burst: 100, mostWaiting: 1 };

/**
 * Records events one after another, behind all other calls. Whoever has something to tell never waits, and the loss
 * of an event is no failure.
 */
export class EventRecorder {
  readonly #parts: EventRecorderParts;
  readonly #memory: EventMemory = createEventMemory();
  readonly #waiting: ObjectEvent[] = [];
  readonly #budget: CallBudget;
  #isWriting = false;

  constructor(parts: EventRecorderParts) {
    this.#parts = parts;
    this.#budget = createCallBudget(parts.clock, pace);
  }

  record(event: ObjectEvent): void {
    if (this.#waiting.length >= mostWaiting) return;
    this.#waiting.push(event);
    if (!this.#isWriting) void this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    for (let event = this.#next(); event !== undefined; event = this.#next()) {
      try {
        await this.#write(event);
      } catch (error) {
        this.#memory.forget(event);
        this.#parts.onLost(event, error);
      }
    }
    this.#isWriting = false;
  }

  #next(): ObjectEvent | undefined {
    if (this.#parts.signal.aborted) this.#waiting.length = 0;
    return this.#waiting.shift();
  }

  async #write(event: ObjectEvent): Promise<void> {
    const { api, clock, signal } = this.#parts;
    const now = clock.now();
    const call = { signal, priority: 'low' } as const;
    const decision = this.#memory.decide(event, now);
    if (decision.kind !== 'skip') await this.#budget.take({ what: 'an event', ...call });
    if (decision.kind === 'create') await this.#create(event);
    if (decision.kind === 'count') {
      await api.patch(decision.target, renderSeries(decision.count, now), call);
    }
  }

  async #create(event: ObjectEvent): Promise<void> {
    const { api, clock, random, signal, instance } = this.#parts;
    const now = clock.now();
    const target = nameEvent(event, random.uuid());
    const facts = { event, uid: this.#parts.findUid(event.about), instance, now };
    const { name, namespace } = target;
    const body = { metadata: { name, namespace }, ...renderEvent(facts) };
    await api.create(target, body, { signal, priority: 'low' });
    this.#memory.created(event, target, now);
  }
}
