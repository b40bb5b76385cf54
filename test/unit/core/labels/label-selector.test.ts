import { describe, expect, it } from '@jest/globals';
import type { LabelSelector } from '#core/api/schema/label-selector-schema.ts';
import { checkSelector, isSelected } from '#core/labels/label-selector.ts';

const labels = { stage: 'production', region: 'north' };

function expression(
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist',
  key: string,
): LabelSelector {
  const takesValues = operator === 'In' || operator === 'NotIn';
  return {
    matchExpressions: [{ key, operator, ...(takesValues ? { values: ['production'] } : {}) }],
  };
}

describe('a label selector', () => {
  it.each<[string, LabelSelector, boolean]>([
    ['everything', {}, true],
    ['equal labels', { matchLabels: { stage: 'production', region: 'north' } }, true],
    ['another value', { matchLabels: { stage: 'test' } }, false],
    ['a label that is not there', { matchLabels: { zone: 'a' } }, false],
    ['a value of a list', expression('In', 'stage'), true],
    ['a value of a list for a label that is not there', expression('In', 'zone'), false],
    ['no value of a list', expression('NotIn', 'stage'), false],
    ['no value of a list for a label that is not there', expression('NotIn', 'zone'), true],
    ['a label that is there', expression('Exists', 'stage'), true],
    ['the absence of a label', expression('DoesNotExist', 'stage'), false],
  ])('selects by %s', (_what, selector, selected) => {
    expect(isSelected(selector, labels)).toBe(selected);
  });

  it('is refused when values do not go with the operator', () => {
    const selector: LabelSelector = {
      matchExpressions: [
        { key: 'a', operator: 'In' },
        { key: 'a', operator: 'Exists', values: ['b'] },
        { key: 'a', operator: 'NotIn', values: ['b'] },
      ],
    };
    expect(
      checkSelector(selector, 'spec.clusters').map(({ code, message }) => [code, message]),
    ).toEqual([
      [
        'MAYFLY_OBJECT_FIELD_MISSING',
        'the field spec.clusters.matchExpressions[0].values is missing',
      ],
      [
        'MAYFLY_OBJECT_FIELD_INVALID',
        'the field spec.clusters.matchExpressions[1].values only goes with In and NotIn',
      ],
    ]);
  });
});
