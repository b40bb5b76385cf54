import { describe, expect, it } from '@jest/globals';
import { decideInjection } from '#core/injection/decide-injection.ts';
import type { InjectionContext } from '#core/injection/injection-context.ts';
import { diffJson } from '#core/injection/patch/diff-json.ts';
import type { InjectionPlan } from '#core/injection/plan/injection-plan.ts';
import type { Pod } from '#core/injection/pod/pod-schema.ts';
import { applyPatch } from '#test/support/pods/apply-patch.ts';
import { aContainer, aContext, aPod } from '#test/support/pods/build-pod.ts';

const secret = { 'secret.db': 'secret/data/db' };

function inject(
  pod: Pod,
  context: InjectionContext = aContext(),
): { readonly pod: Pod; readonly plan: InjectionPlan; readonly warnings: readonly string[] } {
  const decision = decideInjection(pod, context);
  if (decision.kind !== 'inject') throw new Error(JSON.stringify(decision));
  return decision;
}

describe('a pod that asks for a file', () => {
  it('gets an agent, its volumes and a mount, and nothing else', () => {
    const before = aPod(secret);
    const { pod } = inject(before);
    expect(diffJson(before, pod)).toMatchObject([
      { op: 'add', path: '/metadata/annotations/mayfly.dev~1injected', value: 'app' },
      {
        op: 'add',
        path: '/spec/containers/0/volumeMounts',
        value: [{ name: 'mayfly-files', mountPath: '/run/secrets/mayfly', readOnly: true }],
      },
      { op: 'add', path: '/spec/initContainers' },
      { op: 'add', path: '/spec/volumes' },
    ]);
  });

  it('is the same after its patch was applied', () => {
    const before = aPod(secret, { initContainers: [aContainer('migrate')] });
    const { pod } = inject(before);
    expect(applyPatch(before, diffJson(before, pod))).toEqual(pod);
    expect(decideInjection(pod, aContext())).toMatchObject({ kind: 'injected' });
  });
});
