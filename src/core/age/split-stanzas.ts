/** One recipient's copy of the file key, its body still base64 without padding. */
export interface StanzaText {
  readonly type: string;
  readonly args: readonly string[];
  readonly body: string;
}

const version = 'age-encryption.org/v1';
const maxStanzas = 64;
const columns = 64;

/**
 * Splits the header of an age file, up to its MAC line, into stanzas ({@link https://age-encryption.org/v1}). Null
 * when it is not exactly of that form, has no stanza or more than 64.
 */
export function splitStanzas(header: string): readonly StanzaText[] | null {
  const lines = header.split('\n');
  const stanzas: StanzaText[] = [];
  let next = 1;
  while (next < lines.length && stanzas.length <= maxStanzas) {
    const end = lines.findIndex((line, index) => index > next && line.length < columns);
    const stanza = end === -1 ? null : parseStanza(lines.slice(next, end + 1));
    if (stanza === null) return null;
    stanzas.push(stanza);
    next = end + 1;
  }
  const isWhole = lines[0] === version && stanzas.length > 0 && stanzas.length <= maxStanzas;
  return isWhole ? stanzas : null;
}

function parseStanza([opening = '', ...body]: readonly string[]): StanzaText | null {
  const [arrow, type, ...args] = opening.split(' ');
  const isBroken = body.some((line) => line.length > columns);
  if (arrow !== '->' || type === undefined || isBroken) return null;
  const isPlain = [type, ...args].every((word) => /^[\x21-\x7e]+$/u.test(word));
  return isPlain ? { type, args, body: body.join('') } : null;
}
