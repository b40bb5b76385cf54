import { Type } from 'typebox';
import { Check } from 'typebox/value';
import type { AuditHead } from '../ports/broker/audit-log.ts';
import { parseJson } from '../text/parse-json.ts';

const headSchema = Type.Object({
  instance: Type.String({ minLength: 1, maxLength: 100 }),
  sequence: Type.Integer({ minimum: 0 }),
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});

/** The heads among lines of JSON, such as those of a broker's own log; every other line is passed over. */
export function parseHeads(text: string): readonly AuditHead[] {
  return text.split('\n').flatMap((line) => {
    const value = parseJson(line);
    return Check(headSchema, value) ? [value] : [];
  });
}
