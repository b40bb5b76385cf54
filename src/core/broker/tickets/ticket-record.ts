import { Type } from 'typebox';
import { validate } from '../../api/schema/validate.ts';
import type { Instant } from '../../ports/time.ts';
import { parseJson } from '../../text/parse-json.ts';
import type { Ticket } from '../asked.ts';
import { longestTicketMs } from '../decide-term.ts';

/** What lies outside of the process of a token of the broker's own, beside the identity token that it stands for. */
export interface TicketRecord {
  readonly ticket: Ticket;
  readonly keptAt: Instant;
}

/** Of another version nothing is read. */
const version = 1;

const recordSchema = Type.Object(
  {
    version: Type.Literal(version),
    keptAt: Type.Integer(),
    ticket: Type.Object(
      {
        id: Type.String({ minLength: 1, maxLength: 64 }),
        policy: Type.String({ minLength: 1, maxLength: 512 }),
        expiresAt: Type.Number(),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

export function renderTicketRecord({ ticket, keptAt }: TicketRecord): string {
  return JSON.stringify({ version, keptAt, ticket });
}

/** Null for what is no record, is of another version, or of a token that would be good for longer than any is. */
export function parseTicketRecord(text: string): TicketRecord | null {
  const parsed = validate(recordSchema, parseJson(text), 'record');
  if (parsed.kind === 'invalid') return null;
  const { ticket, keptAt } = parsed.value;
  return ticket.expiresAt - keptAt > longestTicketMs ? null : { ticket, keptAt };
}
