import { createError } from '../../errors/mayfly-error.ts';
import type { AcceptedRevision, GitRef } from '../../ports/git/git-repository.ts';
import { compareVersions, parseVersion, parseVersionRange } from './semver.ts';

/** A ref as the host lists it; `commit` is what it points to after annotated tags are followed. */
export interface ListedRef {
  readonly name: string;
  readonly commit: string;
}

/** What a source asks for, at the host, now. */
export interface OfferedRevision extends AcceptedRevision {
  /** What is asked of the host to bring it: a full ref name, or a commit id. */
  readonly wanted: string;
}

const commitId = /^[0-9a-f]{40}$/u;
const refName =
  /^(?!.*(?:\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)|\.\/|\.$|\/$))[^-./\s~^:?*[\\\p{Cc}\p{Cf}][^\s~^:?*[\\\p{Cc}\p{Cf}]{0,250}$/u;

/** The patterns to ask the host for; empty when no question is needed. Throws `invalid` for malformed refs. */
export function renderRefPatterns(ref: GitRef): readonly string[] {
  switch (ref.kind) {
    case 'branch':
      return [`refs/heads/${checkName(ref.kind, ref.name)}`];
    case 'tag':
      return [`refs/tags/${checkName(ref.kind, ref.name)}`, `refs/tags/${ref.name}^{}`];
    case 'semver':
      if (parseVersionRange(ref.range) === null) throw createError('MAYFLY_GIT_SEMVER_INVALID', {});
      return ['refs/tags/*'];
    case 'commit':
      if (!commitId.test(ref.id)) throw createError('MAYFLY_GIT_REF_INVALID', { kind: ref.kind });
      return [];
  }
}

function checkName(kind: string, name: string): string {
  if (!refName.test(name)) throw createError('MAYFLY_GIT_REF_INVALID', { kind });
  return name;
}

/** Reads the answer of `git ls-remote`; lines that are no refs are skipped. */
export function parseListedRefs(output: string): readonly ListedRef[] {
  const commits = new Map<string, string>();
  for (const line of output.split('\n')) {
    const tab = line.indexOf('\t');
    const id = line.slice(0, Math.max(tab, 0));
    const name = line.slice(tab + 1);
    if (!commitId.test(id)) continue;
    const isPeeled = name.endsWith('^{}');
    const plain = isPeeled ? name.slice(0, -3) : name;
    if (isPeeled || !commits.has(plain)) commits.set(plain, id);
  }
  return [...commits].map(([name, commit]) => ({ name, commit }));
}

/** Picks what the source follows. Throws `invalid` when the host has nothing that fits. */
export function chooseRevision(
  ref: GitRef,
  listed: readonly ListedRef[],
  host: string,
): OfferedRevision {
  switch (ref.kind) {
    case 'branch':
      return chooseNamed(listed, `refs/heads/${ref.name}`, {
        kind: 'branch',
        name: ref.name,
        host,
      });
    case 'tag':
      return {
        ...chooseNamed(listed, `refs/tags/${ref.name}`, { kind: 'tag', name: ref.name, host }),
        tag: ref.name,
      };
    case 'semver':
      return chooseHighest(listed, ref.range, host);
    case 'commit':
      return { commit: ref.id, wanted: ref.id };
  }
}

function chooseNamed(
  listed: readonly ListedRef[],
  wanted: string,
  params: { readonly kind: string; readonly name: string; readonly host: string },
): OfferedRevision {
  const found = listed.find((entry) => entry.name === wanted);
  if (found === undefined) throw createError('MAYFLY_GIT_REF_NOT_FOUND', params);
  return { commit: found.commit, wanted };
}

function chooseHighest(listed: readonly ListedRef[], range: string, host: string): OfferedRevision {
  const isWithin = parseVersionRange(range);
  if (isWithin === null) throw createError('MAYFLY_GIT_SEMVER_INVALID', {});
  const versions = listed.flatMap((entry) => {
    const tag = entry.name.slice('refs/tags/'.length);
    const version = parseVersion(tag);
    return version !== null && isWithin(version) ? [{ tag, version, commit: entry.commit }] : [];
  });
  // Equal versions under two names (1.0.0 and v1.0.0) are ordered by name, so that the choice is stable.
  versions.sort((a, b) => compareVersions(b.version, a.version) || (a.tag < b.tag ? -1 : 1));
  const best = versions[0];
  if (best === undefined) throw createError('MAYFLY_GIT_SEMVER_NO_MATCH', { host });
  return { commit: best.commit, tag: best.tag, wanted: `refs/tags/${best.tag}` };
}
