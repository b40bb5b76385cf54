import { createSecretIndex, shortestHidden, type SecretIndex } from './secret-index.ts';
import { decodeEscape, decodeForm, decodePercent } from './escapes.ts';
import { decodeRuns } from './runs.ts';
import { decodeView, viewText, type Encoding, type Range, type View } from './view.ts';

/** What stands in a text where a secret stood. */
const mark = '[secret]';

/** Takes secrets out of what is about to be written. */
export interface Scrubber {
  /**
   * The text with every live secret of at least six bytes replaced, as it is or in base64, base64url (wherever it
   * begins in them), hex, URL or JSON encoding. A secret that is spread over two texts is not found.
   */
  scrub(text: string): string;
  /** Forgets the secrets. */
  stop(): void;
}

/**
 * Follows the secrets of this process. Instead of looking for each secret in each encoding, it takes the encodings off
 * the text and looks for each position's first bytes in an index: the cost grows with the text, not with the secrets.
 */
export function createScrubber(): Scrubber {
  const index = createSecretIndex();
  return { scrub: (text) => scrubText(index, text), stop: () => index.stop() };
}

function scrubText(index: SecretIndex, text: string): string {
  index.refresh();
  if (index.isEmpty || text.length < shortestHidden) return text;
  const bytes = Buffer.from(text, 'utf8');
  const ranges = findSecrets(index, viewText(bytes));
  return ranges.length === 0 ? text : replaceRanges(bytes, ranges);
}

function findSecrets(index: SecretIndex, text: View): readonly Range[] {
  const ranges: Range[] = [];
  for (const view of decodeLayers(text)) {
    searchView(index, view, ranges);
    for (const run of decodeRuns(view)) searchView(index, run, ranges);
  }
  return ranges;
}

/** A log line is JSON and may quote a URL or JSON itself, so encodings are taken off one after another. */
function* decodeLayers(text: View): Generator<View> {
  yield text;
  let below = text;
  for (const layer of [escapes, escapes]) {
    const view = decodeView(below, layer);
    if (view === null) break;
    yield view;
    below = view;
  }
  for (const layer of [percent, form]) {
    const view = decodeView(below, layer);
    if (view !== null) yield view;
  }
}

const escapes: Encoding = { sign: 0x5c, decodeAt: decodeEscape };
const percent: Encoding = { sign: 0x25, decodeAt: decodePercent };
const form: Encoding = { sign: 0x2b, decodeAt: decodeForm };

function searchView(index: SecretIndex, view: View, ranges: Range[]): void {
  const { bytes } = view;
  for (let at = 0; at + shortestHidden <= bytes.length; at += 1) {
    const length = index.lengthAt(bytes, at);
    if (length > 0) ranges.push(view.place(at, at + length));
  }
}

function replaceRanges(bytes: Buffer, ranges: readonly Range[]): string {
  const parts: string[] = [];
  let done = 0;
  for (const { from, to } of mergeRanges(ranges)) {
    parts.push(bytes.toString('utf8', done, from), mark);
    done = to;
  }
  return parts.join('') + bytes.toString('utf8', done);
}

function mergeRanges(ranges: readonly Range[]): readonly Range[] {
  const merged: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last === undefined || range.from > last.to) merged.push(range);
    else merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
  }
  return merged;
}
