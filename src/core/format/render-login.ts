import { createError } from '../errors/mayfly-error.ts';
import { createByteBuilder, type ByteBuilder } from './byte-builder.ts';
import { encodeBase64 } from './encode-base64.ts';
import type { Plain, PlainMap } from './plain.ts';
import { isLineSeparator } from './quote-text.ts';
import { maxRenderedBytes, refuseSize, refuseValue } from './refuse.ts';
import { textOf } from './render-lines.ts';
import { writeJson } from './write-json.ts';

/**
 * Writes the `config.json` that container clients log in with, from the keys `registry`, `username`, `password` and,
 * where there is one, `email`. Throws `MAYFLY_FORMAT_FIELDS` for other keys, and `MAYFLY_FORMAT_VALUE`.
 */
export function renderDockerConfig(out: ByteBuilder, fields: PlainMap): void {
  const texts = readTexts('docker-config', fields, {
    required: ['registry', 'username', 'password'],
    optional: ['email'],
  });
  const [registry = empty, username = empty, password = empty] = [
    'registry',
    'username',
    'password',
  ].map((key) => texts.get(key));
  if (username.includes(0x3a)) throw refuseValue('docker-config', 'username', 'has a colon');
  const auth = encodeLogin(username, password);
  const account = new Map<string, Plain>();
  for (const [key, bytes] of texts) {
    if (key !== 'registry') account.set(key, { kind: 'text', bytes });
  }
  account.set('auth', { kind: 'text', bytes: auth });
  const auths = mapOf([[new TextDecoder().decode(registry), { kind: 'map', entries: account }]]);
  writeJson(out, mapOf([['auths', auths]]), {
    escapes: isLineSeparator,
    isSorted: false,
    indent: '',
  });
  auth.fill(0);
  out.addText('\n');
}

const empty = new Uint8Array(0);

function mapOf(entries: readonly (readonly [string, Plain])[]): PlainMap {
  return { kind: 'map', entries: new Map(entries) };
}

/** `base64(username:password)`. */
function encodeLogin(username: Uint8Array, password: Uint8Array): Uint8Array {
  const login = createByteBuilder(maxRenderedBytes, refuseSize);
  login.addBytes(username);
  login.addText(':');
  login.addBytes(password);
  const joined = login.finish();
  const encoded = encodeBase64(joined, 'standard');
  joined.fill(0);
  return encoded;
}

/**
 * Writes one entry of a `.netrc`, from the keys `machine`, `login`, `password` and, where there is one, `account`.
 * Programs differ about quotes and escapes there, so a value that would need them is refused. Throws
 * `MAYFLY_FORMAT_FIELDS` and `MAYFLY_FORMAT_VALUE`.
 */
export function renderNetrc(out: ByteBuilder, fields: PlainMap): void {
  const texts = readTexts('netrc', fields, {
    required: ['machine', 'login', 'password'],
    optional: ['account'],
  });
  for (const [index, key] of ['machine', 'login', 'password', 'account'].entries()) {
    const bytes = texts.get(key);
    if (bytes === undefined) continue;
    refuseQuoting(key, bytes);
    out.addText(`${index === 0 ? '' : ' '}${key} `);
    out.addBytes(bytes);
  }
  out.addText('\n');
}

function refuseQuoting(key: string, bytes: Uint8Array): void {
  if (bytes.length === 0) throw refuseValue('netrc', key, 'is empty');
  if (bytes[0] === 0x23) throw refuseValue('netrc', key, 'begins with #');
  if (bytes.some((byte) => byte <= 0x20 || byte === 0x7f || byte === 0x22 || byte === 0x5c)) {
    throw refuseValue('netrc', key, 'has a space, a control character, a quote or a backslash');
  }
}

interface FieldRules {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** The texts in the order of the rules. */
function readTexts(
  format: string,
  { entries }: PlainMap,
  { required, optional }: FieldRules,
): ReadonlyMap<string, Uint8Array> {
  const known = [...required, ...optional];
  const isComplete = required.every((key) => entries.has(key));
  if (!isComplete || [...entries.keys()].some((key) => !known.includes(key))) {
    const needs = `the keys ${required.join(', ')}, and takes ${optional.join(', ')} besides`;
    throw createError('MAYFLY_FORMAT_FIELDS', { format, needs });
  }
  const texts = new Map<string, Uint8Array>();
  for (const key of known) {
    const value = entries.get(key);
    if (value !== undefined) texts.set(key, textOf(format, key, value));
  }
  return texts;
}
