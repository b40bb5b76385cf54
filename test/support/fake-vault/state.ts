import { randomUUID } from 'node:crypto';

/** What Vault answers: a status and JSON. */
export interface FakeAnswer {
  readonly status: number;
  readonly body: object | null;
}

export interface FakeRequest {
  readonly method: string;
  /** Below `/v1/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Fields;
}

export type Fields = Readonly<Record<string, unknown>>;

export interface FakeToken {
  readonly accessor: string;
  readonly policies: readonly string[];
  readonly ttlSeconds: number;
  readonly maxAt: number;
  expiresAt: number;
}

export interface FakeLease {
  readonly owner: string;
  readonly renewable: boolean;
  readonly ttlSeconds: number;
  expiresAt: number;
}

/** What is mounted somewhere. */
export interface FakeMount {
  readonly type: string;
  readonly version: string;
  /** What it was told and what it keeps, by path below the mount. */
  readonly kept: Map<string, unknown>;
}

export interface FakeState {
  readonly rootToken: string;
  readonly policies: Map<string, Fields>;
  readonly logins: Map<string, FakeMount>;
  readonly engines: Map<string, FakeMount>;
  readonly tokens: Map<string, FakeToken>;
  readonly leases: Map<string, FakeLease>;
  isSealed: boolean;
}

export function createFakeState(rootToken: string): FakeState {
  return {
    rootToken,
    policies: new Map(),
    logins: new Map(),
    engines: new Map(),
    tokens: new Map(),
    leases: new Map(),
    isSealed: false,
  };
}

export function mountOf(body: Fields): FakeMount {
  const options = asFields(body['options']);
  return { type: asText(body['type']), version: asText(options['version']), kept: new Map() };
}

/** The envelope of every answer with content. */
export function answer(parts: object): FakeAnswer {
  const empty = { lease_id: '', renewable: false, lease_duration: 0, data: null, auth: null };
  const body = { request_id: randomUUID(), ...empty, wrap_info: null, warnings: null, ...parts };
  return { status: 200, body };
}

export function fail(status: number, message?: string): FakeAnswer {
  return { status, body: { errors: message === undefined ? [] : [message] } };
}

export const done: FakeAnswer = { status: 204, body: null };
export const denied = fail(403, '1 error occurred:\n\t* permission denied\n\n');
export const absent = fail(404);

export function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function asTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

const unitSeconds = new Map([
  ['m', 60],
  ['h', 3600],
]);

/** `20m` or `1h`. */
export function asSeconds(value: unknown): number {
  const [, count = '0', unit = 's'] = /^(\d+)([smh])$/u.exec(asText(value)) ?? [];
  return Number(count) * (unitSeconds.get(unit) ?? 1);
}
