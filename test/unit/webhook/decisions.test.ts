import { describe, expect, it } from '@jest/globals';
import { createFakeView } from '#test/support/webhook/fake-view.ts';
import { aPod, asking, vaultStore } from '#test/support/webhook/pods.ts';
import { createDecisions } from '../../../webhook/decisions.ts';
import type { AdmissionRequest, Verdict } from '../../../webhook/review.ts';

const request: AdmissionRequest = {
  uid: 'u',
  kind: { group: '', version: 'v1', kind: 'Pod' },
  operation: 'CREATE',
  namespace: 'shop',
  object: null,
  oldObject: null,
};
const waiting = { 'mayfly.dev/wait-for-secrets': 'true' };
const reading = { imagePullSecrets: [{ name: 'pull' }] };

function codesOf(verdict: Verdict): readonly string[] {
  return verdict.kind === 'deny' ? verdict.errors.map(({ code }) => code) : [];
}

function pathsOf(verdict: Verdict): readonly string[] {
  return verdict.kind === 'allow' ? verdict.patch.map(({ path }) => path) : [];
}

describe('deciding about a pod', () => {
  const { pods } = createDecisions(createFakeView({ supplies: [{ makes: 'pull' }] }));

  it('adds the agent', () => {
    const paths = pathsOf(pods({ ...request, object: aPod('one', asking) }));
    expect(paths).toContain('/spec/initContainers');
    expect(paths).not.toContain('/spec/schedulingGates');
  });

  it('adds the gate where it waits for a Secret that is made on demand', () => {
    const verdict = pods({ ...request, object: aPod('one', waiting, reading) });
    expect(verdict).toMatchObject({
      kind: 'allow',
      patch: [
        { op: 'add', path: '/metadata/labels', value: { 'mayfly.dev/gated': 'true' } },
        { op: 'add', path: '/spec/schedulingGates', value: [{ name: 'mayfly.dev/secrets' }] },
      ],
    });
  });

  it('adds both where both are asked for', () => {
    const object = aPod('one', { ...asking, ...waiting }, reading);
    const paths = pathsOf(pods({ ...request, object }));
    expect(paths).toContain('/spec/initContainers');
    expect(paths).toContain('/spec/schedulingGates');
  });

  it('leaves updates alone', () => {
    const object = aPod('one', asking);
    expect(pathsOf(pods({ ...request, operation: 'UPDATE', object }))).toEqual([]);
  });

  it('refuses what is no pod', () => {
    expect(codesOf(pods({ ...request, object: { spec: {} } }))).toEqual([
      'MAYFLY_OBJECT_FIELD_MISSING',
    ]);
  });
});

describe('deciding about a workload', () => {
  const { workloads } = createDecisions(createFakeView());
  const template = aPod('one', { ...asking, 'mayfly.dev/typo': 'x' });
  const deployment = { ...request, kind: { group: 'apps', version: 'v1', kind: 'Deployment' } };

  it.each([
    ['Deployment', { spec: { template } }],
    ['CronJob', { spec: { jobTemplate: { spec: { template } } } }],
  ])('warns of the pods of a %s', (kind, object) => {
    const verdict = workloads({ ...request, kind: { ...request.kind, kind }, object });
    expect(verdict).toEqual({
      kind: 'allow',
      patch: [],
      warnings: [expect.stringContaining('[MAYFLY_POD_ANNOTATION_UNKNOWN]')],
    });
  });

  it('says nothing where nothing is wrong', () => {
    const object = { spec: { template: aPod('one', asking) } };
    expect(workloads({ ...deployment, object })).toEqual({
      kind: 'allow',
      patch: [],
      warnings: [],
    });
  });

  it('passes on what pods are warned of', () => {
    const variables = { 'mayfly.dev/inject': 'sidecar', 'mayfly.dev/env.A': 'cluster/vault:db#a' };
    const sees = createDecisions(createFakeView({ settings: { envVia: 'file' } }));
    const object = { spec: { template: aPod('one', variables) } };
    expect(sees.workloads({ ...deployment, object })).toMatchObject({
      warnings: [expect.stringMatching(/^mayfly: variables keep/u)],
    });
  });

  it('warns where it finds no template', () => {
    expect(workloads({ ...deployment, object: { spec: {} } })).toMatchObject({
      kind: 'allow',
      warnings: [expect.stringContaining('MAYFLY_OBJECT_FIELD_MISSING')],
    });
  });
});

describe('deciding about an object of Mayfly', () => {
  const { objects } = createDecisions(createFakeView());

  it('refuses an access policy that strangers could match', () => {
    const kind = { group: 'mayfly.dev', version: 'v1alpha1', kind: 'AccessPolicy' };
    const github = { issuer: 'github', ref: ['refs/heads/main'] };
    const grants = [{ store: 'vault', paths: ['a'], maxTtl: '1m' }];
    const object = { metadata: { name: 'p' }, spec: { subjects: [{ github }], grants } };
    expect(codesOf(objects({ ...request, kind, object }))).toEqual([
      'MAYFLY_POLICY_TENANT_MISSING',
    ]);
  });
  const kind = { group: 'mayfly.dev', version: 'v1alpha1', kind: 'ClusterStore' };
  const wrong = { ...vaultStore, spec: { provider: {} } };

  it('refuses one that is wrong', () => {
    const codes = codesOf(objects({ ...request, kind, namespace: '', object: wrong }));
    expect(codes).toContain('MAYFLY_OBJECT_FIELD_MISSING');
  });

  it('lets metadata of one that was wrong before be changed', () => {
    const object = { ...wrong, metadata: { ...wrong.metadata, finalizers: [] } };
    const asked = { ...request, kind, operation: 'UPDATE' as const, oldObject: wrong, object };
    expect(objects(asked)).toEqual({ kind: 'allow', patch: [], warnings: [] });
  });

  it.each([
    ['one that is right', { kind, object: vaultStore }],
    ['a deletion', { kind, operation: 'DELETE' as const, oldObject: wrong }],
    ['a kind of somebody else', { object: wrong }],
    ['a kind that it does not know', { kind: { ...kind, kind: 'Later' }, object: wrong }],
  ])('allows %s', (_, asked) => {
    expect(objects({ ...request, ...asked }).kind).toBe('allow');
  });

  it('refuses what is no object', () => {
    expect(codesOf(objects({ ...request, kind, object: 'text' }))).toEqual([
      'MAYFLY_OBJECT_FIELD_INVALID',
    ]);
  });
});
