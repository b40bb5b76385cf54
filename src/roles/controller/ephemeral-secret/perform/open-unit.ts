import type { SecretTarget } from '#core/api/ephemeral-secret.ts';
import type { DecryptedFile } from '#core/ports/decryptor.ts';
import type { GitFile, ReadBlob } from '#core/ports/git/git-repository.ts';
import type { DesiredSecret } from '#core/ports/secret-sink.ts';
import type { Instant } from '#core/ports/time.ts';
import { createSecretBuild } from '#core/sync/content/build-secret.ts';
import { collectValues } from '#core/sync/content/collect-values.ts';
import { renderManifests } from '#core/sync/content/render-manifests.ts';
import type { SyncUnit } from '#core/sync/sync-units.ts';
import { decryptFile } from './decrypt-file.ts';
import type { Pass } from '../pass.ts';

/** The Secrets of one unit. Whoever takes them wipes them. */
export interface OpenUnit {
  readonly unit: SyncUnit;
  readonly secrets: readonly DesiredSecret[];
  /** The latest `lastmodified` of its files. */
  readonly modifiedAt: Instant;
}

/** Reads the next blob of the pass: one call for each file, in their order. */
export type NextBlob = () => Promise<ReadBlob>;

/** Opens the files of a unit one after another, never two at once, and makes its Secrets. */
export async function openUnit(pass: Pass, unit: SyncUnit, next: NextBlob): Promise<OpenUnit> {
  const { target } = pass.input.spec;
  return target.kind === 'manifests'
    ? await openManifests(pass, unit, next)
    : await openBuild(pass, { unit, target }, next);
}

async function openManifests(pass: Pass, unit: SyncUnit, next: NextBlob): Promise<OpenUnit> {
  const { namespace } = pass.input.owner;
  let secrets: readonly DesiredSecret[] = [];
  const modifiedAt = await eachFile(pass, { unit, next }, (file) => {
    secrets = renderManifests(file, unit.path, namespace);
  });
  return { unit, secrets, modifiedAt };
}

async function openBuild(
  pass: Pass,
  { unit, target }: { readonly unit: SyncUnit; readonly target: SecretTarget },
  next: NextBlob,
): Promise<OpenUnit> {
  const { owner, spec } = pass.input;
  const build = createSecretBuild(target, { namespace: owner.namespace, path: spec.path });
  try {
    const modifiedAt = await eachFile(pass, { unit, next }, (file, { path }) => {
      const below = path === spec.path ? '' : path.slice(spec.path.length).replace(/^\//u, '');
      build.add(path, collectValues({ file, path, below }, target, pass.parts.renderFile));
    });
    return { unit, secrets: [build.finish()], modifiedAt };
  } catch (error) {
    build.wipe();
    throw error;
  }
}

interface UnitFiles {
  readonly unit: SyncUnit;
  readonly next: NextBlob;
}

/** After a failure the other blobs of the unit are taken all the same: the next unit begins with its own. */
async function eachFile(
  pass: Pass,
  { unit, next }: UnitFiles,
  use: (file: DecryptedFile, at: GitFile) => void,
): Promise<Instant> {
  let modifiedAt = 0;
  let failure: { readonly error: unknown } | null = null;
  for (const at of unit.files) {
    const read = await next();
    if (failure !== null) continue;
    try {
      const file = await decryptFile(pass, at, read);
      modifiedAt = Math.max(modifiedAt, file.lastModified);
      useAndWipe(file, () => use(file, at));
    } catch (error) {
      failure = { error };
    }
  }
  if (failure !== null) throw failure.error;
  return modifiedAt;
}

function useAndWipe(file: DecryptedFile, use: () => void): void {
  try {
    use();
  } finally {
    file.wipe();
  }
}
