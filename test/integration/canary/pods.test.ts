import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { annotationTable, prefix } from '#core/injection/annotations/annotation-table.ts';
import { vaultAnnotationTable } from '#core/injection/compat/vault-annotation-table.ts';
import { compatibilities } from '#core/injection/settings.ts';
import { canaryValues } from '#test/support/canary/canary-values.ts';
import { createLeakSearch } from '#test/support/canary/find-leaks.ts';
import { createFakeView } from '#test/support/webhook/fake-view.ts';
import { aPod, asking } from '#test/support/webhook/pods.ts';
import { aReview } from '#test/support/webhook/review-client.ts';
import { openWebhookStage, type WebhookStage } from '#test/support/webhook/webhook-stage.ts';
import { createDecisions } from '../../../webhook/decisions.ts';

const { plain, colon, lines } = canaryValues;
const values = { plain, colon, lines };
const search = createLeakSearch();
for (const [name, value] of Object.entries(values)) search.add(name, value);

/** As a person would put a secret itself where its reference belongs. */
function writeOut(value: string): readonly string[] {
  return [value, `vault:${value}`, `cluster/vault:${value}#${value}`, `{{ ${value} }}`];
}

const own = annotationTable.map(({ name, of }) => {
  const suffixes = { NAME: '.canary', VAR: '.CANARY' };
  return `${prefix}${name}${of === null ? '' : suffixes[of]}`;
});
const ofOthers = ['vault.hashicorp.com/', 'openbao.org/'].flatMap((start) =>
  vaultAnnotationTable.map(({ name, takesName }) => {
    return `${start}${name}${takesName === 'no' ? '' : '-canary'}`;
  }),
);

let stage: WebhookStage;

beforeAll(async () => {
  const settings = { compatibility: compatibilities, envVia: 'file' } as const;
  stage = await openWebhookStage({ decisions: createDecisions(createFakeView({ settings })) });
});
afterAll(async () => await stage.close());

/** Refused whatever else is said, so that the whole answer can be looked at. */
const wrong = { ...asking, [`${prefix}no-such-annotation`]: 'x' };

/** What is told of a pod, and what is logged of it. */
async function tell(pod: object): Promise<string> {
  const before = stage.logged.length;
  const { response } = await stage.client.send('/pods', JSON.stringify(aReview(pod)));
  expect(response.allowed).toBe(false);
  return JSON.stringify([response, stage.logged.slice(before)]);
}

describe('a canary in a pod that is refused', () => {
  it.each([...own, ...ofOthers])('is not told as the value of %s', async (annotation) => {
    for (const value of Object.values(values)) {
      for (const text of writeOut(value)) {
        const told = await tell(aPod('one', { ...wrong, [annotation]: text }));
        expect(search.find(told)).toEqual([]);
      }
    }
  });

  it('is not told as the value of a variable', async () => {
    for (const value of Object.values(values)) {
      const env = writeOut(value).flatMap((text, index) => [
        { name: `OWN_${index}`, value: `mayfly:${text}` },
        { name: `OTHER_${index}`, value: text },
      ]);
      const told = await tell(aPod('one', wrong, { containers: [{ name: 'app', env }] }));
      expect(told).toContain('MAYFLY_POD_ENV_INVALID');
      expect(search.find(told)).toEqual([]);
    }
  });

  it('would be found', async () => {
    for (const value of Object.values(values)) {
      const told = await tell(aPod('one', { ...wrong, [`${prefix}${value}`]: 'x' }));
      expect(search.find(told)).not.toEqual([]);
    }
  });
});
