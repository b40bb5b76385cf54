import { describe, expect, it } from '@jest/globals';
import { parseTicketRecord, renderTicketRecord } from '#core/broker/tickets/ticket-record.ts';

const minute = 60_000;
const ticket = { id: 'one', policy: 'shop/release', expiresAt: 15 * minute };
const record = { ticket, keptAt: 0 };

function changed(change: object): string {
  return JSON.stringify({ ...(JSON.parse(renderTicketRecord(record)) as object), ...change });
}

describe('the record of a ticket', () => {
  it('is read as it was written', () => {
    expect(parseTicketRecord(renderTicketRecord(record))).toEqual(record);
  });

  it.each([
    ['of another version', changed({ version: 2 })],
    ['with more than is known', changed({ more: true })],
    ['without a ticket', changed({ ticket: undefined })],
    ['of more than 15 minutes', changed({ keptAt: -1 })],
    ['that is no JSON', 'record'],
  ])('is none %s', (_, text) => {
    expect(parseTicketRecord(text)).toBeNull();
  });
});
