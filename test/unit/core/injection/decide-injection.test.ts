import { describe, expect, it } from '@jest/globals';
import { decideInjection } from '#core/injection/decide-injection.ts';
import { findWarnings } from '#core/injection/find-warnings.ts';
import type { InjectionContext } from '#core/injection/injection-context.ts';
import { diffJson } from '#core/injection/patch/diff-json.ts';
import type { InjectionPlan } from '#core/injection/plan/injection-plan.ts';
import type { Pod } from '#core/injection/pod/pod-schema.ts';
import { applyPatch } from '#test/support/pods/apply-patch.ts';
import { aContainer, aContext, aPod, aVaultStore } from '#test/support/pods/build-pod.ts';

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

describe('a pod that was injected', () => {
  const sidecar = { inject: 'sidecar', ...secret };
  const { pod: injected } = inject(aPod(sidecar));

  it('stays so with what the API server and other webhooks add', () => {
    const grown = structuredClone(injected);
    const [agent] = grown.spec.initContainers ?? [];
    Object.assign(agent ?? {}, { terminationMessagePath: '/dev/termination-log' });
    grown.spec.containers.push(aContainer('logger'));
    grown.spec.initContainers?.unshift(aContainer('istio-proxy', { restartPolicy: 'Always' }));
    expect(decideInjection(grown, aContext())).toMatchObject({ kind: 'injected' });
  });

  it('stays so when a mesh takes the class Guaranteed from it', () => {
    const resources = { limits: { cpu: '1', memory: '1Gi' } };
    const before = aPod(secret, { containers: [aContainer('app', { resources })] });
    const { pod, plan } = inject(before);
    expect(plan.resources.requests).toEqual(plan.resources.limits);
    pod.spec.containers.push(aContainer('istio-proxy'));
    expect(decideInjection(pod, aContext())).toMatchObject({ kind: 'injected' });
  });

  it.each([
    ['another image', (pod: Pod) => Object.assign(agentOf(pod), { image: 'evil' })],
    ['another command', (pod: Pod) => Object.assign(agentOf(pod), { command: ['/bin/sh'] })],
    [
      'more rights',
      (pod: Pod) => Object.assign(agentOf(pod), { securityContext: { runAsUser: 0 } }),
    ],
    ['another plan', (pod: Pod) => Object.assign(agentOf(pod), { env: [] })],
    [
      'no annotations',
      (pod: Pod) =>
        Object.assign(pod, { metadata: { annotations: { 'mayfly.dev/injected': 'app' } } }),
    ],
    [
      'a writable mount',
      (pod: Pod) =>
        Object.assign(pod.spec.containers[0] ?? {}, {
          volumeMounts: [{ name: 'mayfly-files', mountPath: '/x' }],
        }),
    ],
    [
      'a volume on disk',
      (pod: Pod) => Object.assign(pod.spec, { volumes: [{ name: 'mayfly-files', emptyDir: {} }] }),
    ],
  ])('is refused with %s', (_, change) => {
    const forged = structuredClone(injected);
    change(forged);
    const decision = decideInjection(forged, aContext());
    const codes = decision.kind === 'refuse' ? decision.errors.map(({ code }) => code) : [];
    expect(codes).toContain('MAYFLY_POD_NAME_TAKEN');
  });
});

function agentOf(pod: Pod): object {
  return pod.spec.initContainers?.[0] ?? {};
}

describe('the author of a pod', () => {
  it('is told what will not follow a rotation, and what will not resolve', () => {
    const stores = [aVaultStore('cluster/vault', { address: 'https://vault.vault.svc:8200' })];
    const pod = aPod({ inject: 'sidecar', 'env.DB': 'kv/db#u' }, { hostNetwork: true });
    const context = aContext({ stores, settings: { envVia: 'file' } });
    const { plan, warnings } = inject(pod, context);
    expect(warnings).toHaveLength(2);
    expect(
      findWarnings({ ...pod, spec: { ...pod.spec, dnsPolicy: 'ClusterFirstWithHostNet' } }, plan),
    ).toHaveLength(1);
  });
});
