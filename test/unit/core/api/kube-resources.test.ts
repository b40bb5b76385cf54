import { expect, it } from '@jest/globals';
import {
  namespaceResource,
  ownResources,
  podResource,
  renderOwnTarget,
  renderSecretTarget,
} from '#core/api/kube-resources.ts';

it('spells our kinds as their definitions do', () => {
  expect(ownResources.EphemeralSecret).toEqual({
    group: 'mayfly.dev',
    version: 'v1alpha1',
    plural: 'ephemeralsecrets',
    kind: 'EphemeralSecret',
  });
});

it('spells the kinds of the core group as the API does', () => {
  const core = { group: '', version: 'v1' };
  expect(podResource).toEqual({ ...core, plural: 'pods', kind: 'Pod' });
  expect(namespaceResource).toEqual({ ...core, plural: 'namespaces', kind: 'Namespace' });
});

it('names a Secret by nothing but its namespace and name', () => {
  const secret = { namespace: 'shop', name: 'database', uid: 'u' };
  expect(renderSecretTarget(secret)).toEqual({
    resource: { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' },
    namespace: 'shop',
    name: 'database',
  });
});

it('names an object of the cluster without a namespace', () => {
  const resource = ownResources.TenantPolicy;
  expect(renderOwnTarget({ kind: 'TenantPolicy', namespace: '', name: 'teams' })).toEqual({
    resource,
    name: 'teams',
  });
});
