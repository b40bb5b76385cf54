/** A field and what is wrong with it, in words and without its value. */
export interface FieldProblem {
  readonly field: string;
  readonly problem: string;
}

/** What a Secret may be; tokens that grant something in the cluster itself never come from git. */
export const allowedSecretTypes: readonly string[] = [
  'Opaque',
  'kubernetes.io/tls',
  'kubernetes.io/basic-auth',
  'kubernetes.io/ssh-auth',
  'kubernetes.io/dockerconfigjson',
  'kubernetes.io/dockercfg',
];

/**
 * Domains whose labels and annotations steer other controllers: deployment, secret stores and replicators, policies,
 * meshes, platforms. `app.kubernetes.io/` describes only.
 */
const steeringDomains: readonly string[] = [
  'mayfly.dev',
  'kubernetes.io',
  'k8s.io',
  'x-k8s.io',
  'helm.sh',
  'fluxcd.io',
  'argoproj.io',
  'weave.works',
  'k14s.io',
  'carvel.dev',
  'keel.sh',
  'werf.io',
  'skaffold.dev',
  'bitnami.com',
  'external-secrets.io',
  'cert-manager.io',
  'hashicorp.com',
  'openbao.org',
  'banzaicloud.com',
  'banzaicloud.io',
  'bank-vaults.dev',
  'isindir.github.com',
  'infisical.com',
  'doppler.com',
  '1password.io',
  'onepassword.com',
  'akeyless.io',
  'cyberark.com',
  'conjur.org',
  'emberstack.com',
  'mittwald.de',
  'stakater.com',
  'appscode.com',
  'olivere.dev',
  'crossplane.io',
  'upbound.io',
  'terraform.io',
  'pulumi.com',
  'operatorframework.io',
  'gardener.cloud',
  'kyverno.io',
  'gatekeeper.sh',
  'openpolicyagent.org',
  'spiffe.io',
  'rancher.io',
  'rancher.com',
  'cattle.io',
  'openshift.io',
  'redhat.com',
  'istio.io',
  'linkerd.io',
  'cilium.io',
  'projectcalico.org',
  'knative.dev',
  'keda.sh',
  'tekton.dev',
  'jenkins.io',
  'velero.io',
  'strimzi.io',
  'zalan.do',
  'cnpg.io',
  'goharbor.io',
];
const describingPrefix = 'app.kubernetes.io';

const keyName = /^[a-zA-Z0-9](?:[-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/u;
const keyPrefix = /^[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?$/u;
const labelValue = /^(?:[a-zA-Z0-9](?:[-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)?$/u;

/** Refuses a type that is not on the allow-list. */
export function checkSecretType(type: string, field: string): readonly FieldProblem[] {
  if (allowedSecretTypes.includes(type)) return [];
  return [{ field, problem: `must be one of ${allowedSecretTypes.join(', ')}` }];
}

/** Refuses malformed labels and those that steer another controller. */
export function checkLabels(
  labels: Readonly<Record<string, string>>,
  field: string,
): readonly FieldProblem[] {
  const errors = Object.entries(labels)
    .filter(([, value]) => !labelValue.test(value))
    .map(([key]) => ({
      field: `${field}.${key}`,
      problem: 'must be a label value of at most 63 characters',
    }));
  return [...checkKeys(labels, field), ...errors];
}

/** Refuses malformed annotations and those that steer another controller. */
export function checkAnnotations(
  annotations: Readonly<Record<string, string>>,
  field: string,
): readonly FieldProblem[] {
  return checkKeys(annotations, field);
}

function checkKeys(
  entries: Readonly<Record<string, string>>,
  field: string,
): readonly FieldProblem[] {
  return Object.keys(entries).flatMap((key) => {
    const problem = keyProblem(key);
    return problem === null ? [] : [{ field: `${field}.${key}`, problem }];
  });
}

function keyProblem(key: string): string | null {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? null : key.slice(0, slash);
  if (!keyName.test(key.slice(slash + 1)) || (prefix !== null && !keyPrefix.test(prefix))) {
    return 'has a malformed name';
  }
  return prefix !== null && isSteering(prefix) ? 'belongs to another controller' : null;
}

function isSteering(prefix: string): boolean {
  if (prefix === describingPrefix) return false;
  return steeringDomains.some((domain) => prefix === domain || prefix.endsWith(`.${domain}`));
}
