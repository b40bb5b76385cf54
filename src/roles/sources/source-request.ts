import type { GitSource } from '#core/api/git-source.ts';
import { formatRef } from '#core/api/object.ts';
import type { KeyReader } from '#core/ports/object-api.ts';
import type { AcceptedRevision, GitLimits, GitRequest } from '#core/ports/git/git-repository.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { readGitCredentials } from '#core/sync/git-credentials.ts';
import type { SourceParts } from './source-parts.ts';

/** A source that may be asked, and the hosts that this was allowed for; null: those of the configuration. */
export interface PermittedSource {
  readonly source: GitSource;
  readonly hosts: readonly string[] | null;
}

/**
 * What the repository is asked with. Credentials are read anew each time; the caller wipes them with `wipeAuth`.
 * Throws `MAYFLY_SYNC_CREDENTIALS_INCOMPLETE`.
 */
export async function readGitRequest(
  { keys, options }: Pick<SourceParts, 'keys' | 'options'>,
  { source, hosts }: PermittedSource,
  accepted: AcceptedRevision | null,
): Promise<GitRequest> {
  const found = await readSecret(keys, source);
  try {
    const { auth, ca } = readGitCredentials(source.auth, found);
    return {
      key: formatRef(source.metadata),
      url: source.url,
      ref: source.ref,
      auth,
      ...(hosts === null ? {} : { hosts }),
      ...(ca === null || source.url.startsWith('ssh:') ? {} : { ca }),
      history: source.history,
      limits: clampLimits(source.limits, options.git),
      timeoutMs: source.timeoutMs,
      include: source.include,
      accepted,
    };
  } finally {
    for (const value of found.values()) value.wipe();
  }
}

/** The credentials that the source names; none when it names none, or there is no such Secret. */
async function readSecret(
  keys: KeyReader,
  { auth: { secretName }, metadata: { namespace } }: GitSource,
): Promise<ReadonlyMap<string, SecretBytes>> {
  return (secretName === null ? null : await keys.readKeys(namespace, secretName)) ?? new Map();
}

/** An object can only ask for less than the administrator allows. */
export function clampLimits(asked: GitSource['limits'], allowed: GitLimits): GitLimits {
  return {
    bytes: Math.min(asked.bytes ?? allowed.bytes, allowed.bytes),
    files: Math.min(asked.files ?? allowed.files, allowed.files),
    fileBytes: Math.min(asked.fileBytes ?? allowed.fileBytes, allowed.fileBytes),
    commits: allowed.commits,
  };
}
