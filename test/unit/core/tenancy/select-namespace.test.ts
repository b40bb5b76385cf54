import { describe, expect, it } from '@jest/globals';
import { isNamespaceSelected, isReservedNamespace } from '#core/tenancy/select-namespace.ts';

const shop = { name: 'shop', labels: { team: 'a', tier: 'prod' } };

describe('the namespaces that a policy selects', () => {
  it.each([
    [{}],
    [{ matchNames: ['bank', 'shop'] }],
    [{ matchLabels: { team: 'a' } }],
    [{ matchLabels: { team: 'a', tier: 'prod' } }],
    [{ matchExpressions: [{ key: 'team', operator: 'In' as const, values: ['a', 'b'] }] }],
    [{ matchExpressions: [{ key: 'team', operator: 'NotIn' as const, values: ['b'] }] }],
    [{ matchExpressions: [{ key: 'zone', operator: 'NotIn' as const, values: ['b'] }] }],
    [{ matchExpressions: [{ key: 'team', operator: 'Exists' as const }] }],
    [{ matchExpressions: [{ key: 'zone', operator: 'DoesNotExist' as const }] }],
  ])('are chosen by %j', (selector) => {
    expect(isNamespaceSelected(selector, shop)).toBe(true);
  });

  it.each([
    [{ matchNames: ['bank'] }],
    [{ matchNames: ['shop'], matchLabels: { team: 'b' } }],
    [{ matchLabels: { team: 'a', tier: 'test' } }],
    [{ matchLabels: { toString: 'a' } }],
    [{ matchExpressions: [{ key: 'zone', operator: 'In' as const, values: ['a'] }] }],
    [{ matchExpressions: [{ key: 'team', operator: 'NotIn' as const, values: ['a'] }] }],
    [{ matchExpressions: [{ key: 'zone', operator: 'Exists' as const }] }],
    [{ matchExpressions: [{ key: 'constructor', operator: 'Exists' as const }] }],
    [{ matchExpressions: [{ key: 'team', operator: 'DoesNotExist' as const }] }],
  ])('are not chosen by %j', (selector) => {
    expect(isNamespaceSelected(selector, shop)).toBe(false);
  });
});

it('the namespaces of the cluster itself and the own one are reserved', () => {
  const names = ['kube-system', 'kube-', 'mayfly', 'mayfly-shop', 'shop', 'kube', 'my-kube-shop'];
  expect(names.filter((name) => isReservedNamespace(name, 'mayfly'))).toEqual([
    'kube-system',
    'kube-',
    'mayfly',
  ]);
});
