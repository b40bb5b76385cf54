import { createError } from '#core/errors/mayfly-error.ts';
import { createByteBuilder } from '#core/format/byte-builder.ts';
import { refuseSize } from '#core/format/refuse.ts';
import { isUtf8 } from '#core/format/utf8.ts';
import { parseSecretJson } from '#core/secret/parse-secret-json.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wipeTree, type SecretNode } from '#core/secret/secret-tree.ts';
import { wait } from '#platform/time/wait.ts';
import { tell, type CiWorld } from '../ci-world.ts';
import type { Wanted } from '../wanted.ts';
import type { Masking } from './decide-masking.ts';
import { hasMaskForms, listMaskForms, shortestMask } from './mask-forms.ts';

/** How the values of a job are masked. */
export interface MaskChoice {
  readonly masking: Masking;
  /** Whether values may stay in the log that are too short to be masked. */
  readonly allowShort: boolean;
}

/** What is masked: values, and those of them that are whole secrets. */
export interface Masked {
  readonly values: ReadonlyMap<string, SecretBytes>;
  readonly wanted: Pick<Wanted, 'wholes'>;
}

/**
 * What a runner takes for a command, at the start of a line, and how it reads a percent sign:
 * https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
 * https://github.com/microsoft/azure-pipelines-task-lib/blob/master/node/taskcommand.ts
 */
const commands = {
  github: { start: '::add-mask::', percent: '%25' },
  azure: { start: '##vso[task.setsecret]', percent: '%AZP25' },
} as const;
type Command = (typeof commands)[keyof typeof commands];

/**
 * Has values masked by the runner of the job, by commands on standard error; answers the forms that a filter has to
 * look for, which the caller wipes. Throws `MAYFLY_CI_MASK_SHORT` for a value that is too short to be masked, unless
 * that is allowed: then it says so.
 */
export function maskValues(
  world: CiWorld,
  { values, wanted }: Masked,
  { masking, allowShort }: MaskChoice,
): readonly Uint8Array[] {
  if (masking === 'none') return [];
  const short = [...values].filter(([, value]) => isShort(value));
  for (const [name] of short) {
    if (!allowShort) throw createError('MAYFLY_CI_MASK_SHORT', { name, characters: shortestMask });
    tell(world, `the value of ${name} is too short to be masked: the log may show it`);
  }
  const forms = [...values].flatMap(([name, value]) =>
    wanted.wholes.has(name) ? listWhole(value) : listMaskForms(value.expose()),
  );
  if (masking === 'filter') return forms;
  for (const form of forms) {
    writeCommand(world, commands[masking], form);
    form.fill(0);
  }
  return [];
}

/** The forms of a whole secret, and of each value in it: programs use these one by one. */
function listWhole(value: SecretBytes): readonly Uint8Array[] {
  const fields = parseSecretJson(value.expose());
  if (fields === null) return listMaskForms(value.expose());
  try {
    return [...listMaskForms(value.expose()), ...listFields(fields)];
  } finally {
    wipeTree(fields);
  }
}

function listFields(node: SecretNode): readonly Uint8Array[] {
  switch (node.kind) {
    case 'map':
      return node.entries.flatMap((entry) =>
        entry.kind === 'entry' ? listFields(entry.value) : [],
      );
    case 'list':
      return node.items.flatMap((item) => (item.kind === 'comment' ? [] : listFields(item)));
    case 'value':
      return node.type === 'bool' ? [] : listMaskForms(node.bytes.expose());
    case 'null':
      return [];
  }
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

function writeCommand(world: CiWorld, { start, percent }: Command, form: Uint8Array): void {
  if (!isUtf8(form)) return;
  const escapes = new Map([
    [0x25, percent],
    [0x0d, '%0D'],
    [0x0a, '%0A'],
  ]);
  const out = createByteBuilder(form.length * percent.length + start.length + 1, refuseSize);
  out.addText(start);
  for (const byte of form) {
    const escape = escapes.get(byte);
    if (escape === undefined) out.addBytes(Uint8Array.of(byte));
    else out.addText(escape);
  }
  out.addText('\n');
  world.write(out.finish());
}
