import { createByteBuilder, type ByteBuilder } from '#core/format/byte-builder.ts';
import { encodeBase64 } from '#core/format/encode-base64.ts';
import { quoteText } from '#core/format/quote-text.ts';
import { refuseSize } from '#core/format/refuse.ts';
import { isUtf8 } from '#core/format/utf8.ts';

/** What is shorter stands everywhere: masking it would make a log unreadable. In bytes. */
export const shortestMask = 4;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** How programs wrap base64: `base64` and MIME, then PEM and `openssl`. */
const wraps = [76, 64];

/**
 * Every form in which a value may show up in a line of a log: the value and each of its lines, as they are, and in
 * JSON, URLs and base64, which is also found where it begins in the middle of other bytes and where it is wrapped.
 * The caller wipes them.
 */
export function listMaskForms(value: Uint8Array): readonly Uint8Array[] {
  const whole = trimEnd(value);
  const lines = splitLines(whole);
  const parts = lines.length > 1 ? [...lines, whole] : lines;
  const forms = parts.filter(({ length }) => length >= shortestMask).flatMap(listForms);
  return [...forms, ...listWrapped(whole)];
}

/** Whether {@link listMaskForms} finds any. */
export function hasMaskForms(value: Uint8Array): boolean {
  return trimEnd(value).length >= shortestMask;
}

function listForms(part: Uint8Array): readonly Uint8Array[] {
  const texts = isUtf8(part) ? [escapeJson(part), ...encodeUrl(part)] : [];
  const plain = part.includes(lineFeed) ? [] : [Uint8Array.from(part)];
  const changed = texts.filter((text) => !isSame(text, part));
  const encoded = [encodeBase64(part, 'standard'), ...listBase64(part)];
  return distinct([...plain, ...changed, ...encoded]).filter(
    ({ length }) => length >= shortestMask,
  );
}

/** What is of letters and digits looks the same in several ways. */
function distinct(forms: readonly Uint8Array[]): readonly Uint8Array[] {
  return forms.filter((form, at) => !forms.slice(0, at).some((other) => isSame(form, other)));
}

function splitLines(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  let from = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, from)) {
    lines.push(trimEnd(bytes.subarray(from, at)));
    from = at + 1;
  }
  return [...lines, bytes.subarray(from)];
}

/** Without the line breaks at its end. */
function trimEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === lineFeed || bytes[end - 1] === carriageReturn)) end -= 1;
  return bytes.subarray(0, end);
}

function escapeJson(part: Uint8Array): Uint8Array {
  return build(part.length * 6 + 2, (out) => quoteText(out, part, () => false)).subarray(1, -1);
}

/** As `encodeURIComponent`, as strict programs and as forms write it. */
function encodeUrl(part: Uint8Array): readonly Uint8Array[] {
  const styles = [{ kept: "-_.~!*'()" }, { kept: '-_.~' }, { kept: '-_.*', space: '+' }];
  return styles.map(({ kept, space }) =>
    build(part.length * 3, (out) => {
      for (const byte of part) addUrlByte(out, byte, { kept, space });
    }),
  );
}

interface UrlStyle {
  /** What stays as it is besides letters and digits. */
  readonly kept: string;
  readonly space?: string | undefined;
}

function addUrlByte(out: ByteBuilder, byte: number, { kept, space }: UrlStyle): void {
  const character = String.fromCharCode(byte);
  if (/^[A-Za-z0-9]$/u.test(character) || kept.includes(character)) out.addText(character);
  else if (byte === 0x20 && space !== undefined) out.addText(space);
  else out.addText(`%${byte.toString(16).toUpperCase().padStart(2, '0')}`);
}

/** The letters that depend on the part alone, for each place that it may have among other bytes. */
function listBase64(part: Uint8Array): readonly Uint8Array[] {
  return [0, 1, 2].flatMap((shift) => {
    const shifted = new Uint8Array(shift + part.length);
    shifted.set(part, shift);
    const letters = Math.floor((shifted.length * 8) / 6);
    const forms = (['standard', 'url'] as const).map((alphabet) =>
      encodeBase64(shifted, alphabet).slice(Math.ceil((shift * 8) / 6), letters),
    );
    shifted.fill(0);
    const [standard, url] = forms;
    return standard !== undefined && url !== undefined && isSame(standard, url)
      ? [standard]
      : forms;
  });
}

function listWrapped(whole: Uint8Array): readonly Uint8Array[] {
  const encoded = encodeBase64(whole, 'standard');
  const lines = wraps.flatMap((width) => {
    if (encoded.length <= width) return [];
    const count = Math.ceil(encoded.length / width);
    return Array.from({ length: count }, (_, line) =>
      encoded.slice(line * width, (line + 1) * width),
    );
  });
  encoded.fill(0);
  return lines.filter(({ length }) => length >= shortestMask);
}

function build(limit: number, write: (out: ByteBuilder) => unknown): Uint8Array {
  const out = createByteBuilder(limit, refuseSize);
  write(out);
  return out.finish();
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
