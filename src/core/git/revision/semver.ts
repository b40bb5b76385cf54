/** A version by https://semver.org, with an optional leading `v`. Build metadata is dropped. */
export interface Version {
  readonly core: readonly [number, number, number];
  readonly pre: readonly string[];
}

const versionPattern =
  /^v?(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})(?:-([0-9A-Za-z.-]{1,128}))?(?:\+[0-9A-Za-z.-]{1,128})?$/u;
const numericPre = /^(?:0|[1-9]\d{0,14})$/u;

/** Reads a tag name as a version; null when it is none. */
export function parseVersion(text: string): Version | null {
  const found = versionPattern.exec(text);
  if (found === null) return null;
  const pre = found[4]?.split('.') ?? [];
  if (pre.includes('')) return null;
  return { core: [Number(found[1]), Number(found[2]), Number(found[3])], pre };
}

/** Below 0, 0 or above 0, by the precedence of semver.org section 11. */
export function compareVersions(left: Version, right: Version): number {
  const order = compareLists(left.core, right.core, (one, other) => one - other);
  if (order !== 0) return order;
  if (left.pre.length === 0 || right.pre.length === 0) return right.pre.length - left.pre.length;
  return compareLists(left.pre, right.pre, comparePre);
}

function compareLists<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (one: T, other: T) => number,
): number {
  for (const [index, one] of left.entries()) {
    const other = right[index];
    const order = other === undefined ? 1 : compare(one, other);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function comparePre(left: string, right: string): number {
  const leftIsNumber = numericPre.test(left);
  const rightIsNumber = numericPre.test(right);
  if (leftIsNumber && rightIsNumber) return Number(left) - Number(right);
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

interface Comparator {
  readonly op: '<' | '<=' | '>' | '>=' | '=';
  readonly version: Version;
}

/** Tells whether a version lies in the range. */
export type VersionRange = (version: Version) => boolean;

const comparatorPattern =
  /^(\^|~|>=|<=|>|<|=)?v?(\d{1,15}|[xX*])(?:\.(\d{1,15}|[xX*]))?(?:\.(\d{1,15}|[xX*]))?(?:-([0-9A-Za-z.-]{1,128}))?$/u;
const wildPart = /^[xX*]$/u;
const maxRangeLength = 256;

/**
 * Reads a range: comparators (`>=1.2.0`, `<2`, `^1.2`, `~1.2.3`, `1.x`, `*`) joined by spaces or commas, and
 * alternatives by `||`. A pre-release matches only where a comparator names a pre-release of the same version.
 * Null when it cannot be read.
 */
export function parseVersionRange(text: string): VersionRange | null {
  if (text.length > maxRangeLength || text.trim() === '') return null;
  const alternatives = text.split('||').map(parseAlternative);
  const sound = alternatives.filter((alternative) => alternative !== null);
  if (sound.length !== alternatives.length) return null;
  return (version) => sound.some((comparators) => isWithin(version, comparators));
}

function parseAlternative(text: string): readonly Comparator[] | null {
  const words = text.split(/[\s,]/u).filter((word) => word !== '');
  if (words.length === 0) return null;
  const comparators = words.map(parseComparator);
  return comparators.includes(null) ? null : comparators.flatMap((found) => found ?? []);
}

function parseComparator(word: string): readonly Comparator[] | null {
  const found = comparatorPattern.exec(word);
  if (found === null) return null;
  const given = [found[2], found[3], found[4]];
  const depth = countGiven(given);
  if (depth === null || (depth < 3 && found[5] !== undefined)) return null;
  const core = given.map((part, index) => (index < depth ? Number(part) : 0));
  const pre = found[5]?.split('.') ?? [];
  return renderComparators(found[1] ?? '=', { core: toCore(core), pre }, depth);
}

/** How many numbers stand before the first wildcard; null when another one follows it. */
function countGiven(parts: readonly (string | undefined)[]): number | null {
  const wild = parts.findIndex((part) => part === undefined || wildPart.test(part));
  if (wild === -1) return parts.length;
  const rest = parts.slice(wild);
  return rest.every((part) => part === undefined || wildPart.test(part)) ? wild : null;
}

function toCore(numbers: readonly number[]): [number, number, number] {
  return [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0];
}

/** `depth` is how many of the three numbers were given. */
function renderComparators(op: string, low: Version, depth: number): readonly Comparator[] | null {
  const from: Comparator = { op: '>=', version: low };
  switch (op) {
    case '^':
      return [from, ...below(low, Math.min(firstNonZero(low), Math.max(depth - 1, 0)), depth)];
    case '~':
      return [from, ...below(low, Math.min(1, Math.max(depth - 1, 0)), depth)];
    case '=':
      return depth === 3 ? [{ op: '=', version: low }] : [from, ...below(low, depth - 1, depth)];
    case '>':
      return depth === 3 ? [{ op, version: low }] : atLeastNext(low, depth);
    case '<=':
      return depth === 3 ? [{ op, version: low }] : below(low, depth - 1, depth);
    case '<':
      return [{ op, version: low }];
    case '>=':
      return [from];
    default:
      return null;
  }
}

function firstNonZero(version: Version): number {
  const index = version.core.findIndex((number) => number > 0);
  return index === -1 ? 2 : index;
}

/** Below the version whose number at `index` is one higher; nothing is below "everything". */
function below(version: Version, index: number, depth: number): readonly Comparator[] {
  return depth === 0 ? [] : [{ op: '<', version: raise(version, index) }];
}

function atLeastNext(version: Version, depth: number): readonly Comparator[] {
  if (depth === 0) return [{ op: '<', version: { core: [0, 0, 0], pre: ['0'] } }];
  return [{ op: '>=', version: raise(version, depth - 1) }];
}

function raise(version: Version, index: number): Version {
  const core = version.core.map((number, at) => {
    if (at < index) return number;
    return at === index ? number + 1 : 0;
  });
  return { core: toCore(core), pre: [] };
}

function isWithin(version: Version, comparators: readonly Comparator[]): boolean {
  if (!comparators.every((comparator) => matchComparator(version, comparator))) return false;
  if (version.pre.length === 0) return true;
  return comparators.some(
    ({ version: bound }) =>
      bound.pre.length > 0 && bound.core.every((number, index) => number === version.core[index]),
  );
}

function matchComparator(version: Version, { op, version: bound }: Comparator): boolean {
  const order = compareVersions(version, bound);
  switch (op) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '=':
      return order === 0;
  }
}
