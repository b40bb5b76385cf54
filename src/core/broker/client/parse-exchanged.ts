import { parseSecretJson } from '../../secret/parse-secret-json.ts';
import { pickEntry, pickText } from '../../secret/pick-text.ts';
import { SecretBytes } from '../../secret/secret-bytes.ts';
import { wipeTree, type SecretMap, type SecretNode } from '../../secret/secret-tree.ts';
import { decodeBase64 } from '../../sync/content/base64.ts';
import type { Exchanged } from './exchange.ts';

const longestId = 200;
const plainId = /^[\x21-\x7e]{1,200}$/u;

/**
 * Reads the answer of a broker, without making a string of any value. Null for what is no such answer, or lacks a
 * value of these names. The bytes read from are the caller's.
 */
export function parseExchanged(bytes: Uint8Array, names: Iterable<string>): Exchanged | null {
  const answer = parseSecretJson(bytes);
  if (answer === null) return null;
  try {
    return readAnswer(answer, names);
  } finally {
    wipeTree(answer);
  }
}

/** The audit id of an answer that gives nothing; null where there is none. */
export function parseAuditId(bytes: Uint8Array): string | null {
  const answer = parseSecretJson(bytes);
  if (answer === null) return null;
  try {
    return readId(answer, 'auditId');
  } finally {
    wipeTree(answer);
  }
}

function readAnswer(answer: SecretMap, names: Iterable<string>): Exchanged | null {
  const leaseId = readId(answer, 'leaseId');
  const auditId = readId(answer, 'auditId');
  const expiresAt = Date.parse(readId(answer, 'expiresAt') ?? '');
  if (leaseId === null || auditId === null || Number.isNaN(expiresAt)) return null;
  const values = readValues(answer, names);
  return values === null ? null : { leaseId, expiresAt, auditId, values };
}

function readValues(answer: SecretMap, names: Iterable<string>): Exchanged['values'] | null {
  const held = pickEntry(answer, 'values');
  const encoded = readNames(pickEntry(answer, 'base64'));
  const values = new Map<string, SecretBytes>();
  for (const name of names) {
    const text = held?.kind === 'map' ? pickText(held, name) : null;
    const bytes = text === null ? null : decode(text.expose(), encoded.has(name));
    if (bytes !== null) values.set(name, SecretBytes.take(bytes));
    else return dropped(values);
  }
  return values;
}

/** Into memory of its own: the answer is wiped. */
function decode(text: Uint8Array, isBase64: boolean): Uint8Array | null {
  return isBase64 ? decodeBase64(text) : Uint8Array.from(text);
}

function dropped(values: Exchanged['values']): null {
  for (const secret of values.values()) secret.wipe();
  return null;
}

function readNames(node: SecretNode | null): ReadonlySet<string> {
  const names = new Set<string>();
  for (const item of node?.kind === 'list' ? node.items : []) {
    if (item.kind === 'value') names.add(new TextDecoder().decode(item.bytes.expose()));
  }
  return names;
}

function readId(map: SecretMap, key: string): string | null {
  const secret = pickText(map, key);
  if (secret === null || secret.size > longestId) return null;
  const text = new TextDecoder().decode(secret.expose());
  return plainId.test(text) ? text : null;
}
