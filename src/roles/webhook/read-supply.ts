import { parseEphemeralSecret } from '#core/api/ephemeral-secret.ts';
import type { StoredObject } from '#core/api/object.ts';
import type { Supply } from '#core/usage/pod-gate.ts';

/** What an EphemeralSecret makes for pods that wait for it; null when it makes nothing on demand. */
export function readSupply(object: StoredObject): Supply | null {
  const parsed = parseEphemeralSecret(object);
  if (parsed.kind === 'invalid' || parsed.value.lifetime !== 'WhileInUse') return null;
  const { target } = parsed.value;
  return { makes: target.kind === 'secret' ? target.name : null };
}
