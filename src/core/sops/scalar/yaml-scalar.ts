import type { SourceValue } from '#core/secret/source-tree.ts';
import type { TreeNull, ValueType } from '#core/secret/tree.ts';
import { formatGoFloat, parseDecimalFloat, parseGoInteger } from './go-number.ts';
import { canonicalYamlTime } from './go-time.ts';

const words = new Map<string, SourceValue | TreeNull>([
  ...['true', 'True', 'TRUE'].map((word) => [word, value('bool', 'true')] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, value('bool', 'false')] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, { kind: 'null' }] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, value('float', 'NaN')] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map(
    (word) => [word, value('float', '+Inf')] as const,
  ),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, value('float', '-Inf')] as const),
]);

/**
 * Types an unquoted scalar by the rules of go-yaml v3, which decide what SOPS feeds into its MAC: `yes` is text,
 * `0123` octal, `1_000` a number, `2024-01-02` a time. See go-yaml's `resolve.go`. Null for an integer that fits
 * only `uint64`, which SOPS cannot hold.
 */
export function resolveYamlScalar(text: string): SourceValue | TreeNull | null {
  const word = words.get(text);
  if (word !== undefined) return word;
  if ('+-0123456789'.includes(text.charAt(0))) return resolveNumber(text);
  return text.startsWith('.') ? resolvePointFloat(text) : value('str', text);
}

function resolveNumber(text: string): SourceValue | null {
  const time = canonicalYamlTime(text);
  if (time !== null) return value('time', time);
  const plain = text.replaceAll('_', '');
  const whole = parseGoInteger(plain);
  if (whole.kind === 'int64') return value('int', whole.text);
  if (whole.kind === 'uint64') return null;
  const float = parseDecimalFloat(plain);
  if (float !== null) return value('float', formatGoFloat(float));
  return resolveSignedRadix(plain) ?? value('str', text);
}

/** go-yaml parses what follows `0b` and `0o` once more, with a sign of its own. */
function resolveSignedRadix(plain: string): SourceValue | null {
  const match = /^0([bo])([+-])([0-7]+)$/u.exec(plain);
  if (match === null) return null;
  const whole = parseGoInteger(`${match[2] ?? ''}0${match[1] ?? ''}${match[3] ?? ''}`);
  return whole.kind === 'int64' ? value('int', whole.text) : null;
}

/** After a leading point go-yaml uses `strconv.ParseFloat`, which takes underscores between digits. */
function resolvePointFloat(text: string): SourceValue {
  const isFloat = /^\.[0-9](?:_?[0-9])*(?:[eE][-+]?[0-9](?:_?[0-9])*)?$/u.test(text);
  const float = isFloat ? parseDecimalFloat(text.replaceAll('_', '')) : null;
  return float === null ? value('str', text) : value('float', formatGoFloat(float));
}

function value(type: ValueType, text: string): SourceValue {
  return { kind: 'value', type, text };
}
