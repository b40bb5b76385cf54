import type { MayflyError } from '#core/errors/mayfly-error.ts';

export type KubeVerb =
  'get' | 'list' | 'watch' | 'create' | 'apply' | 'patch' | 'replace' | 'delete';

/** One request as the API server saw it. */
export interface KubeRequest {
  readonly verb: KubeVerb;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Whom it was made as, when impersonating. */
  readonly as?: string;
  /** Which connection it came through. */
  readonly client: string;
}

/** What is done to requests. A throw before is a request that had no effect; a throw after is a lost answer. */
export interface RequestFault {
  matches(request: KubeRequest): boolean;
  before?(request: KubeRequest): void | Promise<void>;
  after?(request: KubeRequest): void | Promise<void>;
}

export interface RequestFaults {
  /** Every request so far. */
  readonly requests: KubeRequest[];
  /** Until the returned function is called. */
  add(fault: RequestFault): () => void;
  /** The next request that matches fails without effect. */
  failNext(matches: (request: KubeRequest) => boolean, error: MayflyError): void;
  /** The next request that matches takes effect, but its answer is lost. */
  loseNext(matches: (request: KubeRequest) => boolean, error: MayflyError): void;
  /** Notes the request and runs it; rejects at once when the caller gives up, though the request may go on. */
  run<T>(request: KubeRequest, signal: AbortSignal, perform: () => T): Promise<T>;
}

export function createRequestFaults(): RequestFaults {
  const faults = new Set<RequestFault>();
  const requests: KubeRequest[] = [];

  function add(fault: RequestFault): () => void {
    faults.add(fault);
    return () => faults.delete(fault);
  }

  function addOnce(
    matches: (request: KubeRequest) => boolean,
    when: 'before' | 'after',
    error: MayflyError,
  ): void {
    const remove = add({
      matches,
      [when]: () => {
        remove();
        throw error;
      },
    });
  }

  async function carry<T>(request: KubeRequest, perform: () => T): Promise<T> {
    await Promise.resolve();
    for (const fault of faults) if (fault.matches(request)) await fault.before?.(request);
    const answer = structuredClone(perform());
    for (const fault of faults) if (fault.matches(request)) await fault.after?.(request);
    return answer;
  }

  async function run<T>(request: KubeRequest, signal: AbortSignal, perform: () => T): Promise<T> {
    signal.throwIfAborted();
    requests.push(request);
    return await new Promise<T>((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      const settled = carry(request, perform).then(resolve, reject);
      void settled.finally(() => signal.removeEventListener('abort', onAbort));
    });
  }

  return {
    requests,
    add,
    failNext: (matches, error) => addOnce(matches, 'before', error),
    loseNext: (matches, error) => addOnce(matches, 'after', error),
    run,
  };
}
