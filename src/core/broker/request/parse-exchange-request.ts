import { parseDuration } from '../../api/duration.ts';
import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import { parseReference } from '../../reference/reference.ts';
import { readField } from '../../text/read-field.ts';
import { invalid, valid, validate, type Parsed } from '../../api/schema/validate.ts';
import type { WantedValue } from '../asked.ts';
import { exchangeRequestSchema, mostReferences, type ExchangeBody } from './request-schema.ts';

/** What `POST /v1/exchange` asks for. */
export interface ExchangeRequest {
  /** Null where it has to be in the header. */
  readonly token: string | null;
  readonly policy: string;
  readonly wanted: readonly WantedValue[];
  readonly ttlMs: number | null;
}

/** Reads the body of an exchange; answers everything that is wrong with it at once, and quotes nothing of it. */
export function parseExchangeRequest(body: unknown): Parsed<ExchangeRequest> {
  if (isTooLong(body)) return invalid([wrong('', `must have at most ${mostReferences} items`)]);
  const parsed = validate(exchangeRequestSchema, body, 'body');
  if (parsed.kind === 'invalid') return parsed;
  const { token, policy, secrets, ttl } = parsed.value;
  const wanted = readWanted(secrets);
  const errors = wanted.flatMap((each) => (each.kind === 'wrong' ? [each.error] : []));
  if (errors.length > 0) return invalid(errors);
  return valid({
    token: token ?? null,
    policy,
    wanted: wanted.flatMap((each) => (each.kind === 'wanted' ? [each] : [])),
    ttlMs: ttl === undefined ? null : parseDuration(ttl),
  });
}

/** Counted first: what stands twice in a list is looked for in the square of its length, and each name is looked at. */
function isTooLong(body: unknown): boolean {
  const secrets = readField(body, 'secrets');
  return typeof secrets === 'object' && Object.keys(secrets ?? {}).length > mostReferences;
}

type Read =
  | ({ readonly kind: 'wanted' } & WantedValue)
  | { readonly kind: 'wrong'; readonly error: MayflyError };

function readWanted(secrets: ExchangeBody['secrets']): readonly Read[] {
  return Array.isArray(secrets)
    ? secrets.map((text, index) => readOne(text, text, `[${index}]`))
    : Object.entries(secrets).map(([name, text]) => readOne(name, text, `.${name}`));
}

function readOne(name: string, text: string, place: string): Read {
  const parsed = parseReference(text);
  if (parsed.kind === 'valid') return { kind: 'wanted', name, reference: parsed.reference };
  return { kind: 'wrong', error: wrong(place, parsed.problem) };
}

function wrong(place: string, problem: string): MayflyError {
  return createError('MAYFLY_OBJECT_FIELD_INVALID', { field: `body.secrets${place}`, problem });
}
