import { allowedSecretTypes } from '../sync/metadata-rules.ts';

/** A Secret that Mayfly did not make, as far as taking it over goes. */
export interface AdoptionFacts {
  readonly type: string;
  /** Whether an owner reference names a controller. */
  readonly isControlled: boolean;
  /** Whether its deletion was asked for. */
  readonly isEnding: boolean;
}

/** Why a Secret may not be taken over, in words that go on after its name; null when it may. */
export function refuseAdoption({ type, isControlled, isEnding }: AdoptionFacts): string | null {
  if (isControlled) return 'is kept by another controller';
  if (!allowedSecretTypes.includes(type)) return 'has a type that is never taken over';
  return isEnding ? 'is being deleted' : null;
}
