import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readToken } from '#roles/agent/fetch/read-token.ts';
import { aPlanStore } from '#test/support/agent/a-plan.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';

let folder: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ path: folder, remove } = await createTempFolder());
});

afterEach(async () => {
  await remove();
});

describe('readToken', () => {
  it('reads what is there now', () => {
    const tokenPath = join(folder, 'token');
    for (const text of ['first', 'second, and longer']) {
      writeFileSync(tokenPath, text);
      const token = readToken(aPlanStore({ tokenPath }));
      expect(Buffer.from(token.expose()).toString('utf8')).toBe(text);
      token.wipe();
    }
  });

  it.each([
    ['is not there', (): void => undefined, 'ENOENT'],
    ['is a folder', (path: string): unknown => mkdirSync(path), 'no file'],
    ['is empty', (path: string): void => writeFileSync(path, ''), 'it is empty'],
    [
      'is too large',
      (path: string): void => writeFileSync(path, 'x'.repeat(65_536)),
      'it is too large',
    ],
  ])('says so when it %s', async (_, make, reason) => {
    const countUnwiped = trackSecrets();
    const tokenPath = join(folder, 'token');
    make(tokenPath);
    const error = await expectCode(
      () => readToken(aPlanStore({ tokenPath })),
      'MAYFLY_AGENT_TOKEN',
    );
    expect(error.message).toBe(
      `the token for the store vault cannot be read at ${tokenPath} (${reason})`,
    );
    expect(countUnwiped()).toBe(0);
  });
});
