import { watchSecrets, type SecretBytes } from '#core/secret/secret-bytes.ts';

/** Counts the secrets that appear from now on; the returned function tells how many of them were not wiped. */
export function trackSecrets(): () => number {
  const unwiped = new Set<WeakRef<SecretBytes>>();
  let isPast = true;
  const stop = watchSecrets({
    appeared: (secret) => {
      if (!isPast) unwiped.add(secret);
    },
    vanished: (secret) => unwiped.delete(secret),
  });
  isPast = false;
  return () => {
    stop();
    return unwiped.size;
  };
}
