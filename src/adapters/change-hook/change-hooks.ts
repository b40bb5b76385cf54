import { formatRef, type ObjectRef } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Clock } from '#core/ports/time.ts';
import { noSteps, type Steps } from '#platform/files/steps.ts';
import { openRecordFolder, type RecordFolder } from '#platform/state/record-folder.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';
import { runProgram, type ProgramEnd } from './run-program.ts';
import { parsePending, type PendingHook } from './schema.ts';

/** One hook as the administrator configures it: a program, or a unit of systemd and a signal for it. */
export interface HookEntry {
  readonly argv?: readonly string[];
  readonly unit?: string;
  readonly signal?: string;
}

export interface ChangeHooksDeps {
  readonly clock: Clock;
  onRan(hook: string): void;
  /** `MAYFLY_CHANGE_HOOK_FAILED`, for each object that asked for it. */
  onFailed(error: Error, about: readonly ObjectRef[]): void;
  onFault(error: unknown): void;
  readonly onStep?: Steps;
}

export interface ChangeHooksOptions {
  readonly hooks: Readonly<Record<string, HookEntry>>;
  readonly stateFolder: string;
  /** Default 30 s. */
  readonly timeoutMs?: number;
}

export interface ChangeHooks {
  readonly names: ReadonlySet<string>;
  /**
   * Has hooks run soon. Resolves when that is written down: should the program be killed, they run after its next
   * start. Names that are not configured are passed over.
   */
  ask(owner: ObjectRef, hooks: readonly string[]): Promise<void>;
  /** Runs what is asked for, and what was left by the last run of the program, until the signal ends it. */
  follow(signal: AbortSignal): Promise<void>;
}

/** Changes come in groups: one run answers for all that came within this time. */
const gatherMs = 500;
const defaultTimeoutMs = 30_000;
const maxOwners = 100;

/** Opens the hooks of the administrator; see readme.md. */
export async function openChangeHooks(
  deps: ChangeHooksDeps,
  options: ChangeHooksOptions,
): Promise<ChangeHooks> {
  const pending = await openRecordFolder<PendingHook>({
    folder: `${options.stateFolder}/hooks`,
    parse: parsePending,
    onFault: (error) => deps.onFault(error),
    onStep: deps.onStep ?? noSteps,
  });
  return new Hooks(deps, options, pending);
}

class Hooks implements ChangeHooks {
  readonly names: ReadonlySet<string>;
  readonly #deps: ChangeHooksDeps;
  readonly #options: ChangeHooksOptions;
  readonly #pending: RecordFolder<PendingHook>;
  readonly #running = new Map<string, Promise<void>>();
  #signal: AbortSignal | null = null;

  constructor(
    deps: ChangeHooksDeps,
    options: ChangeHooksOptions,
    pending: RecordFolder<PendingHook>,
  ) {
    this.names = new Set(Object.keys(options.hooks));
    this.#deps = deps;
    this.#options = options;
    this.#pending = pending;
  }

  async ask(owner: ObjectRef, hooks: readonly string[]): Promise<void> {
    for (const name of hooks.filter((hook) => this.names.has(hook))) {
      const before = this.#pending.get(placeOf(name))?.owners ?? [];
      const others = before.filter((each) => formatRef(each) !== formatRef(owner));
      const { kind, namespace, name: object } = owner;
      const owners = [...others, { kind, namespace, name: object }].slice(-maxOwners);
      await this.#pending.write({ ...placeOf(name), owners });
      this.#startSoon(name);
    }
  }

  async follow(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    for (const { name } of this.#pending.all()) this.#startSoon(name);
    await untilAborted(signal);
    await Promise.all(this.#running.values());
  }

  /** One run of a hook at a time; what is asked for meanwhile is answered by one more. */
  #startSoon(name: string): void {
    const signal = this.#signal;
    if (signal === null || signal.aborted || this.#running.has(name)) return;
    const run = this.#runWhilePending(name, signal)
      .catch((error: unknown) => this.#deps.onFault(error))
      .finally(() => this.#running.delete(name));
    this.#running.set(name, run);
  }

  async #runWhilePending(name: string, signal: AbortSignal): Promise<void> {
    while (this.#pending.get(placeOf(name)) !== null) {
      if (!(await this.#gather(signal))) return;
      const asked = this.#pending.get(placeOf(name));
      const hook = this.#options.hooks[name];
      if (asked === null) return;
      if (hook !== undefined) await this.#runOnce(name, hook, asked);
      if (signal.aborted) return;
      if (this.#pending.get(placeOf(name)) === asked) await this.#pending.delete(placeOf(name));
    }
  }

  /** False when the program is to stop. */
  async #gather(signal: AbortSignal): Promise<boolean> {
    return await new Promise((resolve) => {
      const cancel = this.#deps.clock.after(gatherMs, () => resolve(true));
      signal.addEventListener('abort', () => {
        cancel();
        resolve(false);
      });
    });
  }

  async #runOnce(name: string, hook: HookEntry, asked: PendingHook): Promise<void> {
    const { timeoutMs = defaultTimeoutMs } = this.#options;
    const changed = asked.owners.map(formatRef).join(' ');
    const environment = { MAYFLY_HOOK: name, MAYFLY_CHANGED: changed };
    const run = { argv: argvOf(hook), environment, timeoutMs };
    const signal = this.#signal ?? AbortSignal.abort();
    this.#tell(name, await runProgram(run, this.#deps.clock, signal), asked.owners);
  }

  #tell(name: string, end: ProgramEnd, about: readonly ObjectRef[]): void {
    if (end.kind === 'ended') this.#deps.onRan(name);
    else {
      const error = createError('MAYFLY_CHANGE_HOOK_FAILED', { name, reason: end.reason });
      this.#deps.onFailed(error, about);
    }
  }
}

/** `--kill-who` is understood by every version of systemd; it signals the program, not what it started. */
function argvOf({ argv, unit = '', signal = '' }: HookEntry): readonly string[] {
  return argv ?? ['systemctl', 'kill', '--kill-who=main', `--signal=${signal}`, '--', unit];
}

function placeOf(name: string): { readonly namespace: 'pending'; readonly name: string } {
  return { namespace: 'pending', name };
}
