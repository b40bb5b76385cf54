import { createError } from '#core/errors/mayfly-error.ts';
import { createByteBuilder } from '#core/format/byte-builder.ts';
import { refuseSize } from '#core/format/refuse.ts';
import { isUtf8 } from '#core/format/utf8.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wait } from '#platform/time/wait.ts';
import { tell, type CiWorld } from '../ci-world.ts';
import type { Masking } from './decide-masking.ts';
import { hasMaskForms, listMaskForms, shortestMask } from './mask-forms.ts';

/** How the values of a job are masked. */
export interface MaskChoice {
  readonly masking: Masking;
  /** Whether values may stay in the log that are too short to be masked. */
  readonly allowShort: boolean;
}

/** What a runner takes for a command, at the start of a line. */
const commands = { github: '::add-mask::', azure: '##vso[task.setsecret]' } as const;

/**
 * Has values masked by the runner of the job, by commands on standard error; answers the forms that a filter has to
 * look for, which the caller wipes. Throws `MAYFLY_CI_MASK_SHORT` for a value that is too short to be masked, unless
 * that is allowed: then it says so.
 */
export function maskValues(
  world: CiWorld,
  values: ReadonlyMap<string, SecretBytes>,
  { masking, allowShort }: MaskChoice,
): readonly Uint8Array[] {
  if (masking === 'none') return [];
  const short = [...values].filter(([, value]) => isShort(value));
  for (const [name] of short) {
    if (!allowShort) throw createError('MAYFLY_CI_MASK_SHORT', { name, characters: shortestMask });
    tell(world, `the value of ${name} is too short to be masked: the log may show it`);
  }
  const forms = [...values.values()].flatMap((value) => listMaskForms(value.expose()));
  if (masking === 'filter') return forms;
  for (const form of forms) {
    writeCommand(world, commands[masking], form);
    form.fill(0);
  }
  return [];
}

/** How long a runner may take to read what was written to standard error. */
const readMs = 100;

/** Resolves when the runner has surely read the commands: it reads two streams, and a program may be quick. */
export async function awaitMasks({ clock }: CiWorld, { masking }: MaskChoice): Promise<void> {
  if (masking !== 'github' && masking !== 'azure') return;
  await wait(clock, readMs, new AbortController().signal);
}

/** An empty value shows nothing. */
function isShort(value: SecretBytes): boolean {
  return value.size > 0 && !hasMaskForms(value.expose());
}

/** What runners read otherwise at the end of a command, and how they read it when it is meant. */
const escapes = new Map([
  [0x25, '%25'],
  [0x0d, '%0D'],
  [0x0a, '%0A'],
]);

function writeCommand(world: CiWorld, command: string, form: Uint8Array): void {
  if (!isUtf8(form)) return;
  const out = createByteBuilder(form.length * 3 + command.length + 1, refuseSize);
  out.addText(command);
  for (const byte of form) {
    const escape = escapes.get(byte);
    if (escape === undefined) out.addBytes(Uint8Array.of(byte));
    else out.addText(escape);
  }
  out.addText('\n');
  world.write(out.finish());
}
