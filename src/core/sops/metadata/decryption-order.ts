import type { KeyGroup, SopsKey } from './metadata.ts';

const firstKinds = ['age', 'pgp'];

/** The keys of a group in the order in which SOPS tries them: age, then PGP, then the others as they stand. */
export function inDecryptionOrder(group: KeyGroup): readonly SopsKey[] {
  return [
    ...firstKinds.flatMap((kind) => group.filter((key) => key.kind === kind)),
    ...group.filter((key) => !firstKinds.includes(key.kind)),
  ];
}
