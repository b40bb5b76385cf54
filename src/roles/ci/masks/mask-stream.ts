import { Transform } from 'node:stream';

const mark = Buffer.from('[MASKED]');

/** The forms that are masked; grows when values change. */
export interface MaskedForms {
  add(forms: readonly Uint8Array[]): void;
  readonly forms: readonly Buffer[];
  readonly longest: number;
  wipe(): void;
}

export function createMaskedForms(): MaskedForms {
  let forms: Buffer[] = [];
  let longest = 0;
  return {
    get forms() {
      return forms;
    },
    get longest() {
      return longest;
    },
    add(added) {
      for (const form of added) {
        const bytes = Buffer.from(form.buffer, form.byteOffset, form.length);
        if (forms.some((known) => known.equals(bytes))) continue;
        forms.push(bytes);
        longest = Math.max(longest, bytes.length);
      }
      // The longest first: a part of a value is masked with the whole.
      forms = forms.toSorted((one, other) => other.length - one.length);
    },
    wipe() {
      for (const form of forms) form.fill(0);
      forms = [];
      longest = 0;
    },
  };
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
      const { shown, end } = maskBytes(
        bytes,
        masked,
        bytes.length - lengthOfBeginning(bytes, masked),
      );
      held = Buffer.from(bytes.subarray(end));
      callback(null, shown);
    },
    flush(callback) {
      callback(null, maskBytes(held, masked, held.length).shown);
    },
  });
}

interface Found {
  readonly at: number;
  readonly length: number;
}

/** Masks what begins before `until`; answers how far it came. */
function maskBytes(
  bytes: Buffer,
  masked: MaskedForms,
  until: number,
): { readonly shown: Buffer; readonly end: number } {
  const parts: Buffer[] = [];
  let from = 0;
  for (const { at, length } of findForms(bytes, masked)) {
    if (at >= until) break;
    if (at >= from) parts.push(bytes.subarray(from, at), mark);
    from = Math.max(from, at + length);
  }
  const end = Math.max(from, until);
  parts.push(bytes.subarray(from, end));
  return { shown: Buffer.concat(parts), end };
}

/** In order; they may lie over each other. */
function findForms(bytes: Buffer, { forms }: MaskedForms): readonly Found[] {
  const found: Found[] = [];
  for (const form of forms) {
    for (let at = bytes.indexOf(form); at >= 0; at = bytes.indexOf(form, at + 1)) {
      found.push({ at, length: form.length });
    }
  }
  return found.toSorted((one, other) => one.at - other.at || other.length - one.length);
}

/** How many bytes at the end may be the beginning of a form. */
function lengthOfBeginning(bytes: Buffer, { forms, longest }: MaskedForms): number {
  for (let at = Math.max(0, bytes.length - longest + 1); at < bytes.length; at += 1) {
    const end = bytes.subarray(at);
    if (forms.some((form) => isBeginning(form, end))) return end.length;
  }
  return 0;
}

function isBeginning(form: Buffer, end: Buffer): boolean {
  if (form.length <= end.length || form[0] !== end[0]) return false;
  return form.subarray(0, end.length).equals(end);
}
