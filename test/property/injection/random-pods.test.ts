import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planVariable } from '#core/injection/agent-plan.ts';
import { decideInjection } from '#core/injection/decide-injection.ts';
import { parseAgentPlan } from '#core/injection/parse-agent-plan.ts';
import { diffJson } from '#core/injection/patch/diff-json.ts';
import type { Pod } from '#core/injection/pod/pod-schema.ts';
import type { InjectionSettings } from '#core/injection/settings.ts';
import { applyPatch } from '#test/support/pods/apply-patch.ts';
import { aBroker, aContext, aGitStore, aVaultStore } from '#test/support/pods/build-pod.ts';
import { findUnrestricted } from '#test/support/pods/find-unrestricted.ts';
import { randomPods } from '#test/support/pods/random-pods.ts';

const numRuns = process.env['SLOW'] === '1' ? 10_000 : 50;
const envVia = fc.constantFrom<InjectionSettings['envVia']>('none', 'file', 'file', 'shell');
const settings = fc.record({
  envVia,
  compatibility: fc.constantFrom<InjectionSettings['compatibility']>([], ['bank-vaults']),
  imagePullSecrets: fc.constantFrom([], ['registry']),
  restartContainers: fc.boolean(),
  broker: fc.constantFrom(null, aBroker),
});

const stores = [aVaultStore(), aVaultStore('cluster/other'), aGitStore()];

function readPlan(pod: Pod): unknown {
  const agent = pod.spec.initContainers?.find(({ name }) => name === 'mayfly-agent');
  const parts = (agent?.env ?? []).filter(({ name }) => name.startsWith(planVariable));
  return parseAgentPlan(parts.map(({ value = '' }) => value));
}

/** What the API server and webhooks that come later add to a pod. */
function grow({ metadata, spec }: Pod): Pod {
  const late = { name: 'late', env: [{ name: 'A', value: '1' }] };
  const proxy = { name: 'kuma-sidecar', restartPolicy: 'Always' };
  const mount = {
    name: 'kube-api-access',
    mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
  };
  const mounted = (spec.initContainers ?? []).map(({ volumeMounts = [], ...container }) => ({
    ...container,
    terminationMessagePath: '/dev/termination-log',
    volumeMounts: volumeMounts.some(({ mountPath }) => mountPath === mount.mountPath)
      ? volumeMounts
      : [...volumeMounts, mount],
  }));
  return {
    metadata: { ...metadata, annotations: { ...metadata?.annotations, 'late.example/x': 'y' } },
    spec: {
      ...spec,
      containers: [...spec.containers, late],
      initContainers: [...mounted, proxy],
      volumes: [{ name: 'kube-api-access' }, ...(spec.volumes ?? [])],
    },
  };
}

/** What the random pods are made of is part of the promise: most of its branches are taken. */
function expectKinds(counts: ReadonlyMap<string, number>): void {
  expect(counts.get('inject') ?? 0).toBeGreaterThan(numRuns / 20);
  expect(counts.get('refuse') ?? 0).toBeGreaterThan(numRuns / 20);
}

describe('any pod', () => {
  it('is changed by additions alone, once, and stays restricted', () => {
    const counts = new Map<string, number>();
    const property = fc.property(randomPods, settings, (before, chosen) => {
      const context = aContext({ stores, settings: chosen });
      const decision = decideInjection(before, context);
      counts.set(decision.kind, (counts.get(decision.kind) ?? 0) + 1);
      if (decision.kind !== 'inject') return;
      const { pod: after, plan } = decision;
      const steps = diffJson(before, after);
      expect(applyPatch(before, steps)).toEqual(after);
      const others = steps.filter(({ op }) => op !== 'add').map(({ op, path }) => `${op} ${path}`);
      for (const step of others) expect(step).toMatch(/^replace \/spec\/\w+\/\d+\/env\/\d+$/u);
      expect(decideInjection(after, context).kind).toBe('injected');
      expect(decideInjection(grow(after), context).kind).toBe('injected');
      expect(readPlan(after)).toEqual(plan.agent);
      if (findUnrestricted(before).length === 0) expect(findUnrestricted(after)).toEqual([]);
    });
    fc.assert(property, { numRuns });
    expectKinds(counts);
  }, 300_000);

  it('is left alone when it asks for nothing', () => {
    const property = fc.property(randomPods, (pod) => {
      const silent = { ...pod, metadata: {} };
      const hasReference = JSON.stringify(pod.spec).includes('mayfly:');
      expect(decideInjection(silent, aContext()).kind === 'leave').toBe(!hasReference);
    });
    fc.assert(property, { numRuns: Math.min(numRuns, 1_000) });
  });
});
