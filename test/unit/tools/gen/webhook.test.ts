import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { kindNames, kindResources } from '#core/api/object.ts';
import { prefix } from '#core/injection/annotations/annotation-table.ts';
import { ownNames, ownVolumePrefix } from '#core/injection/plan/injection-plan.ts';
import { planVariable } from '#core/injection/agent-plan.ts';
import { gatedLabel, secretsGate, waitAnnotation } from '#core/usage/pod-gate.ts';
import { accountRoles } from '#tools/gen/rbac/roles.ts';
import {
  renderCompatibility,
  renderConfigurations,
} from '#tools/gen/webhook/render-configurations.ts';
import { root } from '#test/support/arch/source-files.ts';

interface Webhook {
  readonly name: string;
  readonly failurePolicy: string;
  readonly timeoutSeconds: number;
  readonly sideEffects: string;
  readonly matchPolicy: string;
  readonly reinvocationPolicy?: string;
  readonly namespaceSelector?: unknown;
  readonly matchConditions?: readonly { readonly expression: string }[];
  readonly rules: readonly {
    readonly resources: readonly string[];
    readonly operations: string[];
  }[];
}

interface Configuration {
  readonly kind: string;
  readonly webhooks: readonly Webhook[];
}

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly volumes: readonly { readonly name: string; readonly secret?: object }[];
      };
    };
  };
}

const configurations = parseAllDocuments(renderConfigurations()).map(
  (document) => document.toJS() as Configuration,
);
const webhooks = configurations.flatMap((configuration) => configuration.webhooks);

function readManifest(path: string): string {
  return readFileSync(join(root, 'manifests', path), 'utf8');
}

describe('the webhook configurations', () => {
  it('fail closed for pods that ask, and are never in the way of anything else', () => {
    const policies = webhooks.map(({ name, failurePolicy }) => [name, failurePolicy]);
    expect(policies).toEqual([
      ['pods.mayfly.dev', 'Fail'],
      ['workloads.mayfly.dev', 'Ignore'],
      ['jobs.mayfly.dev', 'Ignore'],
      ['cronjobs.mayfly.dev', 'Ignore'],
      ['objects.mayfly.dev', 'Ignore'],
    ]);
  });

  it('bound the time that anybody waits, and say that nothing else happens', () => {
    for (const { timeoutSeconds, sideEffects, matchPolicy } of webhooks) {
      expect(timeoutSeconds).toBeLessThanOrEqual(5);
      expect([sideEffects, matchPolicy]).toEqual(['None', 'Equivalent']);
    }
  });

  it('ask about pods once more after others, when they are created, and where it is not excluded', () => {
    const [pods] = webhooks;
    expect(pods).toMatchObject({
      reinvocationPolicy: 'IfNeeded',
      rules: [{ resources: ['pods'], operations: ['CREATE'] }],
    });
    expect(JSON.stringify(pods?.namespaceSelector)).toContain('mayfly-system');
    expect(pods?.matchConditions?.map(({ expression }) => expression)).toEqual([
      "!request.namespace.startsWith('kube-')",
      expect.stringContaining(`k.startsWith('${prefix}')`),
    ]);
  });

  it('ask about every kind of ours', () => {
    const plurals = kindNames.map((kind) => kindResources[kind].plural);
    expect(webhooks.at(-1)?.rules[0]?.resources).toEqual(plurals);
  });

  it('select pods of other injectors with the component for it alone', () => {
    expect(renderConfigurations()).not.toContain('vault.hashicorp.com');
    const component = parseAllDocuments(renderCompatibility())[0]?.toJS() as {
      readonly patches: readonly { readonly target: { readonly kind: string } }[];
    };
    expect(component.patches.map(({ target }) => target.kind)).toEqual([
      'MutatingWebhookConfiguration',
      'ValidatingWebhookConfiguration',
      'Deployment',
    ]);
  });
});

describe('the pods of the webhook', () => {
  it('wait for their certificate, which a kubelet shows much later in a volume that is optional', () => {
    const text = readManifest('components/webhook/webhook.yaml');
    const [deployment] = parseAllDocuments(text).map((document) => document.toJS() as Deployment);
    const tls = deployment?.spec.template.spec.volumes.find(({ name }) => name === 'tls');
    expect(tls?.secret).toMatchObject({ secretName: 'mayfly-webhook-tls' });
    expect(tls?.secret).not.toHaveProperty('optional');
  });
});

describe('the policies beside the webhook', () => {
  it('speak of the names that the injection uses', () => {
    const agent = readManifest('components/webhook/policies/agent.yaml');
    expect(agent).toContain(`c.name == '${ownNames.agent}'`);
    expect(agent).toContain(`k.startsWith('${prefix}') && k != '${waitAnnotation}'`);
    expect(agent).toContain(`e.name.startsWith('${planVariable}_')`);
    const ephemeral = readManifest('components/webhook/policies/ephemeral-containers.yaml');
    expect(ephemeral).toContain(`m.name.startsWith('${ownVolumePrefix}')`);
    expect(ephemeral).toContain(`c.name == '${ownNames.agent}'`);
    const controller = readManifest('base/policies/controller.yaml');
    expect(controller).toContain(`g != '${secretsGate}'`);
    expect(controller).toContain(`k == '${gatedLabel}'`);
  });
});

describe('the rights of the webhook', () => {
  const rights = accountRoles.find(({ account }) => account === 'mayfly-webhook');
  const rules = [...(rights?.tenants ?? []), ...(rights?.cluster ?? []), ...(rights?.own ?? [])];

  it('are to read its own kinds and Namespaces, and nothing else', () => {
    expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['get', 'list', 'watch']));
    const others = rules.filter(({ group }) => group !== 'mayfly.dev');
    expect(others.flatMap(({ resources }) => resources)).toEqual(['namespaces']);
  });
});
