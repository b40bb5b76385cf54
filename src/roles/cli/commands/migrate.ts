import { Argument, InvalidArgumentError } from 'commander';
import { Type } from 'typebox';
import { validate } from '#core/api/schema/validate.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { migratePod, type Migration } from '#core/injection/compat/migrate-pod.ts';
import { readPodTemplate } from '#core/injection/pod/read-pod-template.ts';
import { isStoreName } from '#core/reference/reference.ts';
import { editDocuments } from '#platform/yaml/edit-documents.ts';
import { parsePlainYaml } from '#platform/yaml/parse-plain.ts';
import { readInput } from '../files/read-input.ts';
import type { DefineCommand } from '../frame/command.ts';
import type { Terminal } from '../frame/terminal.ts';

interface MigrateOptions {
  readonly store: string;
}

/** `mayfly migrate pod FILE`. */
export const defineMigrate: DefineCommand = (command, terminal) => {
  command
    .addArgument(new Argument('<what>', 'what is migrated').choices(['pod']))
    .argument('<file>', 'manifests of pods or workloads, - for standard input')
    .requiredOption(
      '--store <name>',
      'the Store, or cluster/NAME, that the references are of',
      parseStoreName,
    )
    .addHelpText(
      'after',
      '\nUnderstands vault-k8s, openbao-k8s and the variables of bank-vaults. The manifests go to' +
        '\nstandard output, with their comments; what to see to goes to standard error.\n' +
        '\nExit codes: 0 everything is migrated, 2 something stayed as it was.\n' +
        '\nExample:\n  mayfly migrate pod web.yaml --store cluster/vault > web-mayfly.yaml',
    )
    .action((_what: string, file: string, options: MigrateOptions) =>
      migrate(terminal, file, options),
    );
};

async function migrate(terminal: Terminal, file: string, { store }: MigrateOptions): Promise<void> {
  const bytes = await readInput(terminal, file);
  const migrated = parsePlainYaml(bytes, file).map((document) => migrateDocument(document, store));
  const known = migrated.filter((each) => each !== null);
  if (known.length === 0) throw createError('MAYFLY_POD_NOT_FOUND', { target: file });
  const edits = migrated.map((each) => (each === null ? [] : each.edits));
  terminal.stdout.write(editDocuments(bytes, file, edits));
  const left = known.flatMap((each) => each.left);
  const notes = known.flatMap((each) => each.notes);
  for (const note of notes) terminal.stderr.write(`mayfly: note: ${note}\n`);
  for (const text of left) terminal.stderr.write(`mayfly: left: ${text}\n`);
  if (left.length > 0) throw createError('MAYFLY_POD_NOT_MIGRATED', { count: left.length });
}

const headSchema = Type.Object({ kind: Type.String() });

/** Null for a document that makes no pods. */
function migrateDocument(document: unknown, store: string): Migration | null {
  const head = validate(headSchema, document, 'object');
  const parsed = head.kind === 'valid' ? readPodTemplate(head.value.kind, document) : null;
  if (parsed === null) return null;
  if (parsed.kind === 'invalid') {
    return { edits: [], notes: [], left: parsed.errors.map(({ message }) => message) };
  }
  const { pod, path } = parsed.value;
  const migration = migratePod(pod, store);
  const edits = migration.edits.map((edit) => ({ ...edit, path: [...path, ...edit.path] }));
  return { ...migration, edits };
}

function parseStoreName(text: string): string {
  if (isStoreName(text)) return text;
  throw new InvalidArgumentError('It must be the name of a Store or cluster/NAME.');
}
