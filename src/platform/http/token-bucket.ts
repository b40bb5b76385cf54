import type { Clock } from '#core/ports/time.ts';

export interface BucketOptions {
  /** How many may come at once. */
  readonly burst: number;
  readonly perSecond: number;
}

/** Lets through what comes at the given rate. `take` answers 0, or how many seconds to wait. */
export interface TokenBucket {
  readonly take: () => number;
}

export function createTokenBucket(clock: Clock, { burst, perSecond }: BucketOptions): TokenBucket {
  let tokens = burst;
  let last = clock.now();
  return {
    take: () => {
      const now = clock.now();
      tokens = Math.min(burst, tokens + (Math.max(0, now - last) / 1000) * perSecond);
      last = now;
      if (tokens < 1) return Math.ceil((1 - tokens) / perSecond);
      tokens -= 1;
      return 0;
    },
  };
}

/** A bucket for each key, the least lately used ones forgotten. */
export function createBuckets(
  clock: Clock,
  options: BucketOptions & { readonly keys: number },
): { readonly take: (key: string) => number } {
  const buckets = new Map<string, TokenBucket>();
  return {
    take: (key) => {
      const bucket = buckets.get(key) ?? createTokenBucket(clock, options);
      buckets.delete(key);
      buckets.set(key, bucket);
      const oldest = buckets.keys().next().value;
      if (buckets.size > options.keys && oldest !== undefined) buckets.delete(oldest);
      return bucket.take();
    },
  };
}
