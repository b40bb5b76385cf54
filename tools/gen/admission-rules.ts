import type { KindName } from '#core/api/object.ts';
import { allowedSecretTypes } from '#core/sync/metadata-rules.ts';
import { patterns } from '#core/api/schema/schema-parts.ts';

/** A rule in CEL that the API server checks at admission, in the words of our own validation. */
export interface AdmissionRule {
  readonly rule: string;
  readonly message: string;
  /** Field that the answer names, below where the rule stands. */
  readonly fieldPath?: string;
}

/** What our validation refuses beyond the schema, as far as CEL can say it; by the path of the field it stands at. */
export const admissionRules: Readonly<
  Record<KindName, Readonly<Record<string, readonly AdmissionRule[]>>>
> = {
  GitSource: {
    spec: [
      {
        rule: "!has(self.auth) || self.auth.type == 'none' || self.url.startsWith('ssh:') == (self.auth.type == 'ssh')",
        message: 'must be ssh for an ssh:// address, and must not be ssh for https',
        fieldPath: '.auth.type',
      },
    ],
    'spec.auth': [
      {
        rule: "self.type == 'none' || has(self.secretRef)",
        message: 'must name a Secret, unless type is none',
        fieldPath: '.secretRef',
      },
    ],
    'spec.interval': [atLeast('1s')],
    'spec.timeout': between('1s', '10m'),
  },
  EphemeralSecret: {
    spec: [
      {
        rule: "!has(self.linger) || (has(self.lifetime) && self.lifetime == 'WhileInUse')",
        message: 'only goes with lifetime: WhileInUse',
        fieldPath: '.linger',
      },
      {
        rule: "!has(self.restart) || size(self.restart) == 0 || !has(self.lifetime) || self.lifetime != 'WhileInUse'",
        message: 'does not go with lifetime: WhileInUse',
        fieldPath: '.restart',
      },
    ],
    'spec.clusters.matchExpressions.items': selectorRules(),
    'spec.path': [staysInside()],
    'spec.ttl': [atLeast('5s')],
    'spec.target.secret': [
      {
        rule: "self.from != 'keys' || has(self.keys)",
        message: 'must list at least one key with from: keys',
        fieldPath: '.keys',
      },
      {
        rule: "self.from == 'keys' || !has(self.keys)",
        message: 'only goes with from: keys',
        fieldPath: '.keys',
      },
    ],
    'spec.target.secret.name': [
      { rule: "!self.contains('..')", message: 'must be a lower-case DNS name' },
    ],
    'spec.target.secret.type': [
      {
        rule: `self in [${allowedSecretTypes.map((type) => `'${type}'`).join(', ')}]`,
        message: `must be one of ${allowedSecretTypes.join(', ')}`,
      },
    ],
    'spec.target.secret.keys.items.key': [
      { rule: "self != '.' && !self.startsWith('..')", message: 'must not begin with ..' },
    ],
    'spec.target.secret.keys.items.file': [staysInside()],
  },
  Store: {
    spec: [
      {
        rule: '!has(self.policy) || !has(self.provider.vault)',
        message: 'is not for vault, where pods log in by themselves',
        fieldPath: '.policy',
      },
      {
        rule: '!has(self.serviceAccountName) || !has(self.provider.git)',
        message: 'is not for git, where nobody logs in',
        fieldPath: '.serviceAccountName',
      },
    ],
    'spec.provider.vault.ca': [isPem()],
  },
  ClusterStore: {
    'spec.namespaceSelector.matchExpressions.items': selectorRules(),
    'spec.provider.vault.ca': [isPem()],
  },
  AccessPolicy: {
    'spec.subjects.items.pod.serviceAccounts.items': [
      {
        rule: "!self.contains('/')",
        message: 'must be a name: pods of other namespaces are for a ClusterAccessPolicy',
      },
    ],
    'spec.grants.items.paths.items': [grantPath()],
    'spec.grants.items.maxTtl': grantTtl(),
  },
  ClusterAccessPolicy: {
    'spec.subjects.items.pod.serviceAccounts.items': [
      { rule: "self.contains('/')", message: 'must be NAMESPACE/NAME' },
    ],
    'spec.grants.items.store': [
      {
        rule: "self.startsWith('cluster/')",
        message: 'must be cluster/NAME in a ClusterAccessPolicy',
      },
    ],
    'spec.grants.items.paths.items': [grantPath()],
    'spec.grants.items.maxTtl': grantTtl(),
  },
  TokenIssuer: {
    spec: [
      {
        rule: "!has(self.keys) || !has(self.keys.cluster) || self.kind == 'kubernetes'",
        message: 'only goes with kind: kubernetes',
        fieldPath: '.keys',
      },
      onlyDiscovered('ca'),
      onlyDiscovered('allowPrivateAddress'),
      {
        rule: "!has(self.replay) || self.replay != 'Liveness' || (has(self.keys) && has(self.keys.cluster))",
        message: 'may be Liveness only with keys.cluster: who else is to be asked',
        fieldPath: '.replay',
      },
      {
        rule: "!has(self.replay) || self.replay != 'PerJob' || !(self.kind in ['kubernetes', 'generic'])",
        message: 'must not be PerJob with a kind whose tokens name no job',
        fieldPath: '.replay',
      },
      {
        rule: "!has(self.usesPerJob) || (has(self.replay) ? self.replay == 'PerJob' : self.kind in ['gitlab', 'bitbucket'])",
        message: 'only goes with replay: PerJob',
        fieldPath: '.usesPerJob',
      },
    ],
    'spec.ca': [isPem()],
    'spec.maxTokenAge': between('1m', '24h'),
  },
  TenantPolicy: {
    'spec.namespaceSelector.matchExpressions.items': selectorRules(),
    'spec.ttl': [
      {
        rule: `!has(self.min) || !has(self.max) || [self.min, self.max].exists(d, d.contains('d') || !d.matches(r'${patterns.duration}')) || duration(self.min) <= duration(self.max)`,
        message: 'must not be below min',
        fieldPath: '.max',
      },
    ],
  },
};

/** CEL knows no days: they are long enough for a lower bound. A text that is no duration is answered elsewhere. */
function atLeast(least: string): AdmissionRule {
  return {
    rule: durationRule(`self.contains('d') || duration(self) >= duration('${least}')`),
    message: `must be at least ${least}`,
  };
}

/** CEL knows no days, and so none of them is short enough. */
function between(least: string, most: string): readonly AdmissionRule[] {
  const message = `must be between ${least} and ${most}`;
  const rule = durationRule(`!self.contains('d') && duration(self) <= duration('${most}')`);
  return [
    { ...atLeast(least), message },
    { rule, message },
  ];
}

function grantTtl(): readonly AdmissionRule[] {
  return between('1m', '24h');
}

function grantPath(): AdmissionRule {
  return {
    rule: String.raw`!self.matches(r'(^|/)(\.{0,2})(/|$)') && !self.matches(r'[^/][*]{2}|[*]{2}[^/]|[*]{2}/')`,
    message: 'must have no empty segment, . or .., and ** only as its last segment',
  };
}

function onlyDiscovered(field: string): AdmissionRule {
  return {
    rule: `!has(self.${field}) || !has(self.keys) || has(self.keys.discovery)`,
    message: 'only goes with keys.discovery',
    fieldPath: `.${field}`,
  };
}

function durationRule(rule: string): string {
  return `!self.matches(r'${patterns.duration}') || (${rule})`;
}

/** Of each requirement of a label selector. */
function selectorRules(): readonly AdmissionRule[] {
  return [
    {
      rule: "self.operator in ['Exists', 'DoesNotExist'] || has(self.values)",
      message: 'must be listed with In and NotIn',
      fieldPath: '.values',
    },
    {
      rule: "self.operator in ['In', 'NotIn'] || !has(self.values)",
      message: 'only goes with In and NotIn',
      fieldPath: '.values',
    },
  ];
}

function isPem(): AdmissionRule {
  return {
    rule: "self.contains('-----BEGIN CERTIFICATE-----')",
    message: 'must hold certificates as PEM blocks, BEGIN CERTIFICATE to END',
  };
}

function staysInside(): AdmissionRule {
  return {
    rule: String.raw`!self.matches(r'(^|/)\.\.(/|$)')`,
    message: 'must not leave the repository with ..',
  };
}
