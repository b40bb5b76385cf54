import { createReviewClient, type ReviewClient } from './review-client.ts';

export interface ReviewLoad {
  readonly answered: number;
  /** What was not answered, or refused. */
  readonly failures: readonly string[];
  readonly p50: number;
  readonly p99: number;
}

export interface LoadOptions {
  readonly body: string;
  readonly count: number;
  readonly connections: number;
  /** Ends after that time, whatever is left. */
  readonly forMs?: number;
}

/** Sends reviews over some connections, each the next one as soon as one is answered. */
export async function sendReviews(
  target: { readonly port: number; readonly caPem: string },
  { body, count, connections, forMs = Number.POSITIVE_INFINITY }: LoadOptions,
): Promise<ReviewLoad> {
  const times: number[] = [];
  const failures: string[] = [];
  const endsAt = performance.now() + forMs;
  let left = count;

  async function sendMany(): Promise<void> {
    const client = createReviewClient(target);
    while (left > 0 && performance.now() < endsAt) {
      left -= 1;
      const sent = await trySend(client, body);
      if (typeof sent === 'number') times.push(sent);
      else failures.push(sent);
    }
    client.close();
  }

  await Promise.all(Array.from({ length: connections }, sendMany));
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? 0;
  return { answered: times.length, failures, p50: at(0.5), p99: at(0.99) };
}

/** How long it took, or what went wrong. */
async function trySend(client: ReviewClient, body: string): Promise<number | string> {
  try {
    const { response, ms } = await client.send('/pods', body);
    return response.allowed === true ? ms : (response.status?.message ?? 'no answer');
  } catch (error) {
    return readCode(error);
  }
}

function readCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error
    ? String(error.code)
    : String(error);
}
