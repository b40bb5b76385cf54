import type { StatusAnswer } from '#core/status/status-answer.ts';
import type { Stage } from './create-stage.ts';
import { askStatus } from './start-mayfly.ts';

/** Every code that the program tells: by the names of objects, and of files in the folder of objects. */
export async function seeCodes(stage: Stage): Promise<ReadonlyMap<string, readonly string[]>> {
  const answer = await askStatus(stage);
  const told = answer === null ? [] : [...listRows(answer), ...listFaults(answer)];
  const groups = Map.groupBy(told, ({ about }) => about);
  return new Map(Array.from(groups, ([about, all]) => [about, all.map(({ code }) => code)]));
}

interface Told {
  readonly about: string;
  readonly code: string;
}

function listRows({ objects }: StatusAnswer): readonly Told[] {
  return objects.flatMap(({ name, code, failures }) => {
    const codes = [...(code === undefined ? [] : [code]), ...failures.map((each) => each.code)];
    return codes.map((each) => ({ about: name, code: each }));
  });
}

function listFaults({ faults }: StatusAnswer): readonly Told[] {
  return faults.map(({ path, code }) => ({ about: path, code }));
}
