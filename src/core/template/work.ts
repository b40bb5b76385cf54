import type { ByteBuilder } from '../format/byte-builder.ts';
import { createByteBuilder } from '../format/byte-builder.ts';
import type { PlainText } from '../format/plain.ts';
import { overLimit, type Named } from './fault.ts';
import { templateLimits } from './template.ts';

/** What rendering one template may still cost, and all that it made on the way. */
export interface Work {
  /** Counts one more node. Throws `MAYFLY_TEMPLATE_LIMIT`. */
  step(): void;
  /** Counts what is made without a builder, such as the items of a list. Throws `MAYFLY_TEMPLATE_LIMIT`. */
  spend(bytes: number): void;
  /** Takes bytes over that were made on the way; they are wiped with the rest. Throws `MAYFLY_TEMPLATE_LIMIT`. */
  keep(bytes: Uint8Array): PlainText;
  /** Makes a text. What was written is wiped when the writer throws. Throws `MAYFLY_TEMPLATE_LIMIT`. */
  make(write: (out: ByteBuilder) => void): PlainText;
  /** Wipes all that was made. */
  wipe(): void;
}

export function createWork(template: Named): Work {
  const made: Uint8Array[] = [];
  let steps = 0;
  let spent = 0;

  function spend(bytes: number): void {
    spent += bytes;
    if (spent > templateLimits.workBytes) throw overLimit(template, 'workBytes');
  }

  function keep(bytes: Uint8Array): PlainText {
    made.push(bytes);
    spend(bytes.length);
    return { kind: 'text', bytes };
  }

  function make(write: (out: ByteBuilder) => void): PlainText {
    const left = templateLimits.workBytes - spent;
    const out = createByteBuilder(left, () => overLimit(template, 'workBytes'));
    try {
      write(out);
      return keep(out.finish());
    } finally {
      out.wipe();
    }
  }

  return {
    step(): void {
      steps += 1;
      if (steps > templateLimits.steps) throw overLimit(template, 'steps');
    },
    spend,
    keep,
    make,
    wipe(): void {
      for (const bytes of made) bytes.fill(0);
    },
  };
}
