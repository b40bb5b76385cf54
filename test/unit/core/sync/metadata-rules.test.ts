import { describe, expect, it } from '@jest/globals';
import { checkAnnotations, checkLabels, checkSecretType } from '#core/sync/metadata-rules.ts';

describe('labels and annotations', () => {
  it.each(['app', 'app.kubernetes.io/name', 'example.com/team', 'notmayfly.dev/a', 'A_b-c.d'])(
    'may be called %s',
    (key) => {
      expect(checkLabels({ [key]: 'value' }, 'labels')).toEqual([]);
      expect(checkAnnotations({ [key]: 'any value at all' }, 'annotations')).toEqual([]);
    },
  );

  it.each([
    'mayfly.dev/managed',
    'sub.mayfly.dev/a',
    'kubernetes.io/a',
    'kubectl.kubernetes.io/last-applied-configuration',
    'kustomize.toolkit.fluxcd.io/prune',
    'argocd.argoproj.io/instance',
    'meta.helm.sh/release-name',
    'replicator.v1.mittwald.de/replicate-to',
    'cert-manager.io/a',
    'kubernetes.io/service-account.name',
    'kubernetes.io/enforce-mountable-secrets',
    'node-restriction.kubernetes.io/a',
    'k8s.io/a',
    'gateway.networking.x-k8s.io/a',
    'helm.sh/hook',
    'argocd.argoproj.io/secret-type',
    'external-secrets.io/a',
    'reloader.stakater.com/match',
    'sealedsecrets.bitnami.com/managed',
    'reflector.v1.k8s.emberstack.com/reflection-allowed',
    'vault.hashicorp.com/agent-inject',
  ])('may not be called %s: it is another controller’s', (key) => {
    expect(checkLabels({ [key]: 'value' }, 'labels')).toEqual([
      { field: `labels.${key}`, problem: 'belongs to another controller' },
    ]);
  });

  it.each(['', '/', 'a/', '/a', 'a/b/c', '-a', 'a b', 'A.com/b', 'a'.repeat(64)])(
    'may not be called %j: it is malformed',
    (key) => {
      expect(checkAnnotations({ [key]: 'value' }, 'annotations')).toEqual([
        { field: `annotations.${key}`, problem: 'has a malformed name' },
      ]);
    },
  );

  it.each(['a b', '-', 'a'.repeat(64), 'ä'])('may not have the label value %j', (value) => {
    expect(checkLabels({ app: value }, 'labels')).toHaveLength(1);
  });
});

describe('the type of a Secret', () => {
  it.each(['Opaque', 'kubernetes.io/tls', 'kubernetes.io/dockerconfigjson'])(
    'may be %s',
    (type) => {
      expect(checkSecretType(type, 'type')).toEqual([]);
    },
  );

  it.each(['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token', '', 'opaque'])(
    'may not be %j',
    (type) => {
      expect(checkSecretType(type, 'type')).toHaveLength(1);
    },
  );
});
