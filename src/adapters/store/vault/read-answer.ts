import { createError } from '#core/errors/mayfly-error.ts';
import type { StoredSecret, StoreLease, StorePath, StoreTerm } from '#core/ports/secret-store.ts';
import { parseSecretJson } from '#core/secret/parse-secret-json.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wipeTree, type SecretMap, type SecretNode } from '#core/secret/secret-tree.ts';
import type { VaultAnswer } from './vault-options.ts';

/** What a login gave. */
export interface VaultLogin extends StoreTerm {
  readonly token: SecretBytes;
  readonly accessor: string | null;
  /** A batch token: nothing of it is kept by the store, so it can be neither renewed nor given back. */
  readonly isBatch: boolean;
}

/** The answer to a login. Throws `MAYFLY_STORE_ANSWER`. */
export function readLogin(store: string, answer: VaultAnswer): VaultLogin {
  const root = parse(store, answer);
  const auth = mapOf(root, 'auth');
  const token = auth === null ? null : valueOf(auth, 'client_token');
  if (auth === null || token === null) {
    wipeTree(root);
    throw unreadable(store, 'it holds no token');
  }
  if (!token.bytes.expose().every(isVisible)) {
    wipeTree(root);
    throw unreadable(store, 'its token cannot be sent');
  }
  const login = {
    ...termOf(auth),
    token: token.bytes,
    accessor: textOf(auth, 'accessor'),
    isBatch: textOf(auth, 'token_type') === 'batch',
  };
  wipeBut(root, token);
  return login;
}

/** What a header can hold ({@link https://www.rfc-editor.org/rfc/rfc9110#section-5.5}), but for spaces. */
function isVisible(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f;
}

/** How long the login or the lease goes on. Throws `MAYFLY_STORE_ANSWER`. */
export function readTerm(store: string, answer: VaultAnswer): StoreTerm {
  const root = parse(store, answer);
  const term = termOf(mapOf(root, 'auth') ?? root);
  wipeTree(root);
  return term;
}

/** The fields at a path. Throws `MAYFLY_STORE_ANSWER` and `MAYFLY_STORE_VERSION_UNKNOWN`. */
export function readSecret(store: string, path: StorePath, answer: VaultAnswer): StoredSecret {
  const root = parse(store, answer);
  const versioned = readVersioned(root, path);
  const { fields, version } = versioned ?? { fields: mapOf(root, 'data'), version: null };
  if (fields === null) {
    wipeTree(root);
    throw unreadable(store, 'it holds no fields');
  }
  if (path.version !== null && versioned === null) {
    wipeTree(root);
    throw createError('MAYFLY_STORE_VERSION_UNKNOWN', { store, path: path.path });
  }
  return { fields, version, lease: readLease(root), wipe: () => wipeTree(root) };
}

function readLease(root: SecretMap): StoreLease | null {
  const id = textOf(root, 'lease_id');
  return id === null ? null : { id, ...termOf(root) };
}

/**
 * The answer of a KV version 2 engine wraps the fields. No other answer is taken for one: its path has `data` behind
 * the mount and its metadata tell when the version was made.
 */
function readVersioned(
  root: SecretMap,
  { path }: StorePath,
): { readonly fields: SecretMap; readonly version: string | null } | null {
  const data = mapOf(root, 'data');
  const fields = data === null ? null : mapOf(data, 'data');
  const metadata = data === null ? null : mapOf(data, 'metadata');
  if (fields === null || metadata === null || path.split('/').indexOf('data') < 1) return null;
  if (textOf(metadata, 'created_time') === null) return null;
  return { fields, version: textOf(metadata, 'version') };
}

function parse(store: string, { body }: VaultAnswer): SecretMap {
  const root = parseSecretJson(body);
  if (root === null) throw unreadable(store, 'it is no JSON object');
  return root;
}

function unreadable(store: string, problem: string): Error {
  return createError('MAYFLY_STORE_ANSWER', { store, problem });
}

function termOf(map: SecretMap): StoreTerm {
  const seconds = Number(textOf(map, 'lease_duration') ?? '0');
  const durationMs = Number.isSafeInteger(seconds) && seconds > 0 ? seconds * 1000 : 0;
  return { durationMs, renewable: textOf(map, 'renewable') === 'true' };
}

function nodeOf(map: SecretMap, key: string): SecretNode | null {
  const found = map.entries.find((entry) => entry.kind === 'entry' && entry.key === key);
  return found?.kind === 'entry' ? found.value : null;
}

function mapOf(map: SecretMap, key: string): SecretMap | null {
  const node = nodeOf(map, key);
  return node?.kind === 'map' ? node : null;
}

type Value = Extract<SecretNode, { readonly kind: 'value' }>;

function valueOf(map: SecretMap, key: string): Value | null {
  const node = nodeOf(map, key);
  return node?.kind === 'value' && node.bytes.size > 0 ? node : null;
}

/** Of what is no secret; null when it is absent or empty. */
function textOf(map: SecretMap, key: string): string | null {
  const value = valueOf(map, key);
  return value === null ? null : Buffer.from(value.bytes.expose()).toString('utf8');
}

function wipeBut(node: SecretNode, kept: Value): void {
  if (node.kind !== 'map') {
    if (node !== kept) wipeTree(node);
    return;
  }
  for (const entry of node.entries) {
    if (entry.kind === 'entry') wipeBut(entry.value, kept);
  }
}
