import { Transform } from 'node:stream';
import { shortestMask } from './mask-forms.ts';

const mark = Buffer.from('[MASKED]');

/** The forms that are masked; grows when values change. */
export interface MaskedForms {
  /** Copies nothing: the bytes are wiped by {@link wipe}. */
  add(forms: readonly Uint8Array[]): void;
  /** Where forms are in these bytes, the longest of each place, in order, and what may be the beginning of one. */
  find(bytes: Buffer): FoundForms;
  wipe(): void;
}

interface FoundForms {
  readonly found: readonly FoundForm[];
  /** Where the first begins that the next bytes may complete; the end where none does. */
  readonly open: number;
}

interface FoundForm {
  readonly at: number;
  readonly length: number;
}

/** By their first bytes: so a log is looked through once, however many forms a long value has. */
export function createMaskedForms(): MaskedForms {
  const byHead = new Map<number, Buffer[]>();
  /** What is shorter than a head and may become one. */
  const beginnings = new Set<number>();

  function addForm(form: Buffer): void {
    const head = form.readInt32BE(0);
    const others = byHead.get(head) ?? [];
    if (others.some((known) => known.equals(form))) return;
    byHead.set(head, [...others, form]);
    for (let end = 1; end < shortestMask; end += 1) beginnings.add(nameBeginning(form, 0, end));
  }

  return {
    add: (forms) => {
      for (const { buffer, byteOffset, length } of forms) {
        if (length >= shortestMask) addForm(Buffer.from(buffer, byteOffset, length));
      }
    },
    find(bytes) {
      const found: FoundForm[] = [];
      let open = bytes.length;
      const lastHead = bytes.length - shortestMask;
      for (let at = 0; at <= lastHead; at += 1) {
        const forms = byHead.get(bytes.readInt32BE(at));
        if (forms === undefined) continue;
        const length = longestAt(bytes, at, forms);
        if (length > 0) found.push({ at, length });
        if (forms.some((form) => isBegun(bytes, at, form))) open = Math.min(open, at);
      }
      for (let at = Math.max(0, lastHead + 1); at < open; at += 1) {
        if (beginnings.has(nameBeginning(bytes, at, bytes.length - at))) open = at;
      }
      return { found, open };
    },
    wipe() {
      for (const form of [...byHead.values()].flat()) form.fill(0);
      byHead.clear();
      beginnings.clear();
    },
  };
}

/** A number for one to three bytes: no string is made of what is secret. */
function nameBeginning(bytes: Buffer, at: number, length: number): number {
  return length * 0x1_00_00_00 + bytes.readUIntBE(at, length);
}

/** How long the longest form is that is here; 0 where none is. */
function longestAt(bytes: Buffer, at: number, forms: readonly Buffer[]): number {
  const here = forms.filter((form) => bytes.subarray(at, at + form.length).equals(form));
  return Math.max(0, ...here.map(({ length }) => length));
}

/** Whether all that there is from here on is the beginning of a form. */
function isBegun(bytes: Buffer, at: number, form: Buffer): boolean {
  const rest = bytes.length - at;
  return form.length > rest && bytes.subarray(at).equals(form.subarray(0, rest));
}

/**
 * Passes on what a program prints, with a mark in the place of every form. Nothing is held back but what may be the
 * beginning of a form, until the next bytes tell.
 */
export function createMaskStream(masked: MaskedForms): Transform {
  let held: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _, callback) {
      const bytes = Buffer.concat([held, chunk]);
      const { found, open } = masked.find(bytes);
      const { shown, end } = maskBytes(bytes, found, open);
      held = Buffer.from(bytes.subarray(end));
      callback(null, shown);
    },
    flush(callback) {
      callback(null, maskBytes(held, masked.find(held).found, held.length).shown);
    },
  });
}

/** Masks what begins before `until`; answers how far it came. */
function maskBytes(
  bytes: Buffer,
  found: readonly FoundForm[],
  until: number,
): { readonly shown: Buffer; readonly end: number } {
  const parts: Buffer[] = [];
  let from = 0;
  for (const { at, length } of found) {
    if (at >= until) break;
    if (at >= from) parts.push(bytes.subarray(from, at), mark);
    from = Math.max(from, at + length);
  }
  const end = Math.max(from, until);
  parts.push(bytes.subarray(from, end));
  return { shown: Buffer.concat(parts), end };
}
