import { describe, expect, it } from '@jest/globals';
import { parseTenantPolicy } from '#core/api/tenant-policy.ts';
import { aStoredObject } from '#test/support/objects/a-stored-object.ts';

function parse(spec: unknown): ReturnType<typeof parseTenantPolicy> {
  const metadata = { namespace: '', name: 'team-a' };
  return parseTenantPolicy(aStoredObject('TenantPolicy', { metadata, spec }));
}

function messagesOf(spec: unknown): readonly string[] {
  const parsed = parse(spec);
  return parsed.kind === 'valid' ? [] : parsed.errors.map((error) => error.message);
}

describe('a TenantPolicy', () => {
  it('is read with its durations in milliseconds, and null for what it leaves to the defaults', () => {
    expect(parse({ namespaceSelector: {}, ttl: { max: '2h' } })).toMatchObject({
      kind: 'valid',
      value: {
        name: 'team-a',
        urls: null,
        minTtlMs: null,
        maxTtlMs: 7_200_000,
        lifetimes: null,
        restart: null,
      },
    });
  });

  it('tells everything that is wrong at once', () => {
    const spec = {
      namespaceSelector: {
        matchExpressions: [
          { key: 'team', operator: 'In' },
          { key: 'team', operator: 'Exists', values: ['a'] },
        ],
      },
      git: { urls: ['https://git.test/a/**', 'https://git.*.test/a'] },
      ttl: { min: '2h', max: '1h' },
    };
    expect(messagesOf(spec)).toEqual([
      'the field spec.namespaceSelector.matchExpressions[0].values is missing',
      'the field spec.namespaceSelector.matchExpressions[1].values only goes with In and NotIn',
      'the field spec.git.urls[1] must be an https:// or ssh:// address pattern',
      'the field spec.ttl.max must not be below spec.ttl.min',
    ]);
  });

  it.each([
    [{}, 'the field spec.namespaceSelector is missing'],
    [{ namespaceSelector: {}, gits: {} }, 'there is no field spec.gits: did you mean git'],
    [
      { namespaceSelector: { matchNames: ['Shop'] } },
      'the field spec.namespaceSelector.matchNames[0] must be a lower-case name of at most 63 characters',
    ],
    [
      { namespaceSelector: {}, lifetimes: ['Forever'] },
      'the field spec.lifetimes[0] must be one of Continuous, Once, WhileInUse',
    ],
    [
      { namespaceSelector: {}, git: { urls: ['git.test'] } },
      'the field spec.git.urls[0] must be a pattern such as https://git.example.com/team-a/**',
    ],
    [
      { namespaceSelector: {}, restart: ['We b'] },
      'the field spec.restart[0] must be a lower-case name, or * for everything',
    ],
    [
      { namespaceSelector: {}, ttl: { max: 'long' } },
      'the field spec.ttl.max must be a duration such as 90s, 15m or 1h30m',
    ],
  ])('refuses %j', (spec, message) => {
    expect(messagesOf(spec)).toContain(message);
  });
});
