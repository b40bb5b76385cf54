import { renderForms } from './find-canary.ts';

const pieceLength = 8;

/** Finds values, in any form, and pieces of them, as a parser quotes them. Tells names of values and forms alone. */
export function createLeakSearch(): LeakSearch {
  const known: (readonly [name: string, forms: ReadonlyMap<string, string>])[] = [];
  const pieces = new Map<string, string>();
  return {
    add: (name, value) => {
      known.push([name, renderForms(value)]);
      for (let at = 0; at + pieceLength <= value.length; at += 1) {
        const piece = value.slice(at, at + pieceLength);
        if (!isRun.test(piece)) pieces.set(piece, name);
      }
    },
    find: (text) => {
      const found = known.flatMap(([name, forms]) =>
        [...forms].flatMap(([kind, form]) => (text.includes(form) ? [`${name}, ${kind}`] : [])),
      );
      for (let at = 0; at + pieceLength <= text.length; at += 1) {
        const name = pieces.get(text.slice(at, at + pieceLength));
        if (name !== undefined) found.push(`${name}, a piece`);
      }
      return [...new Set(found)];
    },
  };
}

/** One character again and again says nothing about a value. */
const isRun = /^(.)\1*$/su;

export interface LeakSearch {
  add(name: string, value: string): void;
  /** `NAME, FORM` of whatever is in the text. */
  find(text: string): readonly string[];
}
