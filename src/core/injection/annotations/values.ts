import { parseDuration } from '../../api/duration.ts';
import { isNamespaceName } from '../../api/names.ts';
import type { PlanChange } from '../agent-plan.ts';

/** What became of the value of an annotation: the problem in words that follow its name, quoting nothing. */
export type ParsedValue<T> =
  | { readonly kind: 'valid'; readonly value: T }
  | { readonly kind: 'invalid'; readonly problem: string };

export function valid<T>(value: T): ParsedValue<T> {
  return { kind: 'valid', value };
}

export function invalid<T>(problem: string): ParsedValue<T> {
  return { kind: 'invalid', problem };
}

/** One of a few words. */
export function parseWord<const W extends string>(
  text: string,
  words: readonly W[],
): ParsedValue<W> {
  const word = words.find((each) => each === text);
  return word === undefined ? invalid(`must be one of ${words.join(', ')}`) : valid(word);
}

/** Three octal digits, with or without a leading zero. */
export function parseMode(text: string): ParsedValue<number> {
  return /^0?[0-7]{3}$/u.test(text)
    ? valid(Number.parseInt(text, 8))
    : invalid('must be an octal mode of three digits such as 0440');
}

const [minTtlMs, maxTtlMs] = [10_000, 86_400_000];

/** Milliseconds of a duration between 10 s and 24 h. */
export function parseTtl(text: string): ParsedValue<number> {
  const ttl = parseDuration(text);
  return ttl !== null && ttl >= minTtlMs && ttl <= maxTtlMs
    ? valid(ttl)
    : invalid('must be a duration between 10s and 24h');
}

const plainSegment = /^\P{Cc}{1,253}$/u;

/** A path below a folder: no segment may begin with two dots, because those names swap what is written. */
export function parseFilePath(text: string): ParsedValue<string> {
  const isPlain = text
    .split('/')
    .every((segment) => plainSegment.test(segment) && segment !== '.' && !segment.startsWith('..'));
  return isPlain && text.length <= 1_000
    ? valid(text)
    : invalid('must be a relative path, and no part of it may begin with two dots');
}

const systemFolders = ['proc', 'sys', 'dev', 'etc', 'bin', 'sbin', 'lib', 'lib64', 'usr'];

/** Where the containers find their files: not the root, and no folder that programs live from. */
export function parseFolder(text: string): ParsedValue<string> {
  const [first = '', ...rest] = text.slice(1).split('/');
  const isPlain = text.startsWith('/') && parseFilePath(text.slice(1)).kind === 'valid';
  const isSystem = systemFolders.includes(first) && rest.length < 2;
  return isPlain && !isSystem && !text.includes(':')
    ? valid(text)
    : invalid('must be an absolute path of a folder of its own, without a trailing slash');
}

const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/u;

/** Whether a variable of a container may have that name: letters, digits and underscores, at most 128. */
export function isVariable(text: string): boolean {
  return variableName.test(text);
}

/** Names of containers with commas between, each once. */
export function parseNames(text: string): ParsedValue<readonly string[]> {
  const names = text.split(',').map((name) => name.trim());
  if (!names.every(isNamespaceName)) return invalid('must be names with commas between');
  return new Set(names).size === names.length ? valid(names) : invalid('names a container twice');
}

const signals = ['HUP', 'INT', 'TERM', 'QUIT', 'USR1', 'USR2', 'WINCH'];

/** The signal is `SIGHUP` for `signal:HUP` and `signal:SIGHUP`. */
export function parseChange(text: string): ParsedValue<PlanChange> {
  if (text === 'none' || text === 'restart') return valid({ kind: text });
  const [, name = ''] = /^signal:(?:SIG)?([A-Z0-9]{1,8})$/u.exec(text) ?? [];
  return signals.includes(name)
    ? valid({ kind: 'signal', signal: `SIG${name}` })
    : invalid(`must be none, restart or signal:NAME with one of ${signals.join(', ')}`);
}
