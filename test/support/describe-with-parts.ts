import { describe, it } from '@jest/globals';
import { isCi, requirePart, whyMissing, type PartName } from './parts.ts';

type Paths<Name extends PartName> = Readonly<Record<Name, string>>;

/**
 * `describe` for tests that need real programs: the body gets their paths. Where one is missing the tests are
 * skipped aloud; in CI they fail. Await it at the top level of the test file.
 */
export async function describeWithParts<Name extends PartName>(
  names: readonly Name[],
  title: string,
  body: (paths: Paths<Name>) => void,
): Promise<void> {
  const reason = names.map((name) => whyMissing(name)).find((missing) => missing !== null);
  if (reason === undefined) {
    const paths = await collectPaths(names, requirePart);
    describe(title, () => {
      body(paths);
    });
  } else {
    const absent = await collectPaths(names, (name) => Promise.resolve(`/missing/${name}`));
    describeMissing(`${title} (needs ${names.join(', ')}: ${reason})`, () => {
      body(absent);
    });
  }
}

/** `describe` where there is no reason against it; else the tests are skipped aloud, and fail in CI. */
export function describeOrSkip(reason: string | null, title: string, body: () => void): void {
  if (reason === null) describe(title, body);
  else describeMissing(`${title} (${reason})`, body);
}

function describeMissing(title: string, body: () => void): void {
  if (isCi()) {
    it(title, () => {
      throw new Error('in CI everything has to be there');
    });
    return;
  }
  process.stderr.write(`skipped: ${title}\n`);
  // oxlint-disable-next-line jest/no-disabled-tests -- skipping aloud is what this function is for
  describe.skip(title, body);
}

async function collectPaths<Name extends PartName>(
  names: readonly Name[],
  find: (name: Name) => Promise<string>,
): Promise<Paths<Name>> {
  const entries = await Promise.all(names.map(async (name) => [name, await find(name)] as const));
  return Object.fromEntries(entries) as Paths<Name>;
}
