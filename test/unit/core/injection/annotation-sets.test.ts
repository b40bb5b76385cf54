import { describe, expect, it } from '@jest/globals';
import { decideInjection } from '#core/injection/decide-injection.ts';
import { annotationSets } from '#test/support/pods/annotation-sets.ts';
import { aContext, aPod } from '#test/support/pods/build-pod.ts';

describe('annotations', () => {
  it('are answered in more than sixty sets', () => {
    expect(annotationSets.length).toBeGreaterThanOrEqual(60);
    expect(new Set(annotationSets.map(({ when }) => when)).size).toBe(annotationSets.length);
  });

  it.each(annotationSets)('are answered when $when', ({ given, spec, answer, says, ...place }) => {
    const decision = decideInjection(aPod(given, spec), aContext(place));
    if (typeof answer === 'string') {
      expect(decision).toMatchObject({ kind: answer });
      return;
    }
    const errors = decision.kind === 'refuse' ? decision.errors : [];
    expect(errors.map(({ code }) => code)).toEqual(answer);
    expect(errors[0]?.message).toContain(says ?? '');
  });

  it('are answered without a value of them', () => {
    const marked = annotationSets.map(({ given, spec, ...place }) => {
      const odd = Object.keys(given).map((name) => [name, 'Hunter2%Hunter2'] as const);
      return decideInjection(aPod(Object.fromEntries(odd), spec), aContext(place));
    });
    expect(JSON.stringify(marked.filter(({ kind }) => kind === 'refuse'))).not.toContain('Hunter2');
  });
});
