import { createHash } from 'node:crypto';
import { canary } from './find-canary.ts';

/** Text without an end that repeats nowhere. */
function renderLong(seed: string, length: number): string {
  let text = '';
  for (let count = 0; text.length < length; count += 1) {
    text += createHash('sha512').update(`${seed} ${count}`).digest('base64url');
  }
  return text.slice(0, length);
}

/** What a store keeps and nothing else may show: values of every kind that programs trip over. */
export const canaryValues = {
  plain: canary,
  /** As short as what the scrubber of logs still knows. */
  six: 'x7Q"k9',
  lines: 'q8Wz"first\nK4vT second\n\tJx7d-third\n',
  crlf: 'Vb3n-the-one\r\nHs6y-the-two\r\n',
  quotes: `Gt5r'single Bm2c"double Lp8w\`tick Zf4k\\back Xd9j$dollar`,
  colon: 'Rn6h-user:Ty1g-name',
  long: renderLong('long', 3000),
  binary: createHash('sha512').update('binary').digest('base64'),
  document: '{"Wk5s-secret-key":{"Mv7p-inner":"Cq3x-deep-value"}}',
  /** A number over what JSON can hold, behind a key that is secret too. */
  number: `{"Hj4d-secret-key":${'9'.repeat(401)}}`,
} as const;

/** Over what one line of an environment file may hold. */
export const wideValue = renderLong('wide', 70_000);

/** What `plain` becomes when it is changed at the store. */
export const rotatedValue = 'Nc5w-another"plain/Zt8+kE';
