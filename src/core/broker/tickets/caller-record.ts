import { validate } from '../../api/schema/validate.ts';
import type { TicketCaller } from '../../ports/broker/ticket-store.ts';
import { parseJson } from '../../text/parse-json.ts';
import { callerRecordSchema, recordVersion, type CallerRecord } from './caller-record-schema.ts';

/** A caller without the identity token, as text for another process of this or a later version. */
export function renderCallerRecord(caller: TicketCaller): string {
  const { identity, issuer, issuedAt, expiresAt, replayKey, ticket } = caller;
  const { name, issuer: url, audiences, replay, usesPerJob, keys } = issuer;
  return JSON.stringify({
    version: recordVersion,
    identity: {
      ...identity,
      attributes: [...identity.attributes],
      exposures: [...identity.exposures],
    },
    issuer: { name, issuer: url, audiences, replay, usesPerJob, keys: { kind: keys.kind } },
    issuedAt,
    expiresAt,
    replayKey,
    ticket,
  });
}

/** Null for what is no record, or is one of another version: nothing of it is guessed. */
export function parseCallerRecord(text: string): Omit<TicketCaller, 'token'> | null {
  const parsed = validate(callerRecordSchema, parseJson(text), 'record');
  return parsed.kind === 'valid' ? readCaller(parsed.value) : null;
}

function readCaller({ version: _, identity, ...rest }: CallerRecord): Omit<TicketCaller, 'token'> {
  const attributes = new Map(identity.attributes);
  return {
    ...rest,
    identity: { ...identity, attributes, exposures: new Set(identity.exposures) },
  };
}
