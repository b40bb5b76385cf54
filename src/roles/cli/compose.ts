import type { GeneratedIdentity } from '#adapters/age/index.ts';
import type { AuditFileLine } from '#adapters/audit/audit-files.ts';
import type { Decryptor, KeyMaterial } from '#core/ports/decryptor.ts';
import type { Encryptor } from '#core/ports/encryptor.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import type { MonotonicClock } from '#core/ports/time.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { version } from './frame/version.ts';

/** Opens encrypted files for the identities of a person. */
export async function createDecryptor(): Promise<Decryptor> {
  const [{ createSopsDecryptor }, { createAgeUnwrapper }] = await Promise.all([
    import('#adapters/decryptor/sops/index.ts'),
    import('#adapters/age/index.ts'),
  ]);
  return createSopsDecryptor({ unwrappers: [createAgeUnwrapper()], clock: createSystemClock() });
}

/** Encrypts files for age and ssh recipients. */
export async function createEncryptor(): Promise<Encryptor> {
  const [{ createSopsEncryptor }, { createAgeUnwrapper, createAgeWrapper }] = await Promise.all([
    import('#adapters/encryptor/sops/index.ts'),
    import('#adapters/age/index.ts'),
  ]);
  return createSopsEncryptor({
    wrapper: createAgeWrapper(),
    unwrapper: createAgeUnwrapper(),
    decryptor: await createDecryptor(),
    clock: createSystemClock(),
    random: createSystemRandom(),
  });
}

/** Opens an identity file, asking for its passphrase when it has one. */
export async function openIdentity(
  file: KeyMaterial,
  ask: (file: string) => Promise<SecretBytes>,
): Promise<KeyMaterial> {
  const { openIdentityFile } = await import('#adapters/age/index.ts');
  return openIdentityFile(file, ask);
}

/** Makes a new age identity of this moment. */
export async function generateIdentity(kind: 'x25519' | 'hybrid'): Promise<GeneratedIdentity> {
  const { generateIdentityFile } = await import('#adapters/age/index.ts');
  const createdAt = new Date(createSystemClock().now()).toISOString();
  return generateIdentityFile(kind, createdAt);
}

/** A cluster with the rights of the person. */
export async function openPersonCluster(places: {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}): Promise<{ readonly api: KubeApi; readonly clock: MonotonicClock }> {
  const [{ openKubeAccess }, { createKubeApi }, { createServerTime }] = await Promise.all([
    import('#adapters/kube/access/open-kube-access.ts'),
    import('#adapters/kube/client/create-kube-api.ts'),
    import('#platform/kube/server-time.ts'),
  ]);
  const { kubeconfig, context } = places;
  const clock = createSystemClock();
  const access = await openKubeAccess({ kubeconfig, context, isPerson: true }, clock);
  const deps = { clock, random: createSystemRandom(), access, serverTime: createServerTime(clock) };
  const told = { mayWrite: () => true, onCall: () => undefined };
  return { api: createKubeApi({ ...deps, ...told }, { version }), clock };
}

/** The lines of audit logs, oldest first. */
export async function openAuditLines(
  paths: readonly string[],
): Promise<AsyncIterable<AuditFileLine>> {
  const { readAuditLines } = await import('#adapters/audit/audit-files.ts');
  return readAuditLines(paths);
}
