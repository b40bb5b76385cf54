import { describe, expect, it } from '@jest/globals';
import { decideInjection } from '#core/injection/decide-injection.ts';
import type { InjectionContext } from '#core/injection/injection-context.ts';
import { renderAgentContainer, renderVolumes } from '#core/injection/patch/agent-container.ts';
import { covers, identify } from '#core/injection/patch/covers.ts';
import { diffJson } from '#core/injection/patch/diff-json.ts';
import { injectPod } from '#core/injection/patch/inject-pod.ts';
import { restorePod } from '#core/injection/patch/restore-pod.ts';
import { renderShellCommand, stripShellCommand } from '#core/injection/patch/shell-command.ts';
import type { InjectionPlan } from '#core/injection/plan/injection-plan.ts';
import type { Pod } from '#core/injection/pod/pod-schema.ts';
import { applyPatch } from '#test/support/pods/apply-patch.ts';
import { aContainer, aContext, aPod } from '#test/support/pods/build-pod.ts';

const file = aContext({ settings: { envVia: 'file' } });
const shell = aContext({ settings: { envVia: 'shell' } });

function inject(
  pod: Pod,
  context: InjectionContext = file,
): { readonly pod: Pod; readonly plan: InjectionPlan } {
  const decision = decideInjection(pod, context);
  if (decision.kind !== 'inject') throw new Error(JSON.stringify(decision));
  return decision;
}

describe('the container of the agent', () => {
  const { plan } = inject(aPod({ inject: 'sidecar', 'secret.db': 'kv/db' }));

  it('stays beside the others and gates their start', () => {
    const container = renderAgentContainer(plan, file.settings);
    expect(container).toMatchObject({
      name: 'mayfly-agent',
      command: ['/mayfly', 'agent', 'sidecar'],
      restartPolicy: 'Always',
      startupProbe: {
        exec: { command: ['/mayfly', 'agent', 'ready'] },
        timeoutSeconds: 5,
        failureThreshold: 70,
      },
    });
  });

  it('has the pod restarted by its exit code alone, where that is asked for', () => {
    const pod = aPod({ inject: 'sidecar', 'secret.db': 'kv/db', 'on-change': 'restart' });
    const context = aContext({ settings: { restartContainers: true } });
    expect(renderAgentContainer(inject(pod, context).plan, context.settings)).toMatchObject({
      restartPolicyRules: [
        { action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [10] } },
      ],
    });
    expect(renderAgentContainer(plan, context.settings)).not.toHaveProperty('restartPolicyRules');
  });

  it('ends before the others start when it fetches once', () => {
    const once = inject(aPod({ 'secret.db': 'kv/db' })).plan;
    const container = renderAgentContainer(once, file.settings);
    expect(container.command?.at(-1)).toBe('init');
    expect(container).not.toHaveProperty('restartPolicy');
    expect(container).not.toHaveProperty('startupProbe');
  });

  it('alone mounts the tokens, which are short and for one store each', () => {
    const tokens = renderVolumes(plan).find(({ name }) => name === 'mayfly-tokens');
    expect(tokens).toMatchObject({
      projected: {
        sources: [
          {
            serviceAccountToken: {
              audience: 'https://vault.test:8200',
              expirationSeconds: 600,
              path: 'cluster/vault',
            },
          },
        ],
      },
    });
    const { pod } = inject(aPod({ 'secret.db': 'kv/db' }));
    expect(JSON.stringify(pod.spec.containers)).not.toContain('mayfly-tokens');
  });

  it('alone has an empty volume where the API server would mount the token of the account', () => {
    const emptyDir = { medium: 'Memory', sizeLimit: '4Ki' };
    expect(renderVolumes(plan)).toContainEqual({ name: 'mayfly-no-account', emptyDir });
    const { pod } = inject(aPod({ 'secret.db': 'kv/db' }));
    expect(pod.spec.initContainers?.[0]?.volumeMounts).toContainEqual({
      name: 'mayfly-no-account',
      mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
      readOnly: true,
    });
    expect(JSON.stringify(pod.spec.containers)).not.toContain('mayfly-no-account');
  });
});

describe('an injected pod', () => {
  it('reads variables from the file of the agent, without its volume', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: 'mayfly:kv/b#k' },
    ];
    const before = aPod(
      { 'env.DB': 'kv/db#u', 'optional.DB': 'true' },
      { containers: [aContainer('app', { env })] },
    );
    const { pod } = inject(before);
    const [app] = pod.spec.containers;
    expect(app?.volumeMounts).toBeUndefined();
    expect(app?.env).toEqual([
      {
        name: 'DB',
        valueFrom: {
          fileKeyRef: { volumeName: 'mayfly-env', path: 'env', key: 'DB', optional: true },
        },
      },
      { name: 'A', value: '1' },
      {
        name: 'B',
        valueFrom: { fileKeyRef: { volumeName: 'mayfly-env', path: 'env', key: 'B' } },
      },
    ]);
    expect(diffJson(before, pod).filter(({ op }) => op !== 'add')).toMatchObject([
      { op: 'replace', path: '/spec/containers/0/env/2' },
    ]);
  });

  it('asks a shell for its variables where the administrator says so', () => {
    const containers = [aContainer('app', { command: ['/app', '--flag'] })];
    const before = aPod({ 'env.DB': 'kv/db#u' }, { containers });
    const { pod } = inject(before, shell);
    const command = pod.spec.containers[0]?.command ?? [];
    expect(command.slice(0, 2)).toEqual(['/bin/sh', '-c']);
    expect(command.slice(4)).toEqual(['/app', '--flag']);
    const steps = diffJson(before, pod);
    expect(new Set(steps.map(({ op }) => op))).toEqual(new Set(['add']));
    expect(applyPatch(before, steps)).toEqual(pod);
  });

  it('gives back the pod that it was made from', () => {
    const before = aPod(
      { 'secret.db': 'kv/db', 'env.DB': 'kv/db#u' },
      {
        initContainers: [],
        volumes: [],
        containers: [
          aContainer('app', {
            env: [{ name: 'B', value: 'mayfly:cluster/vault:kv/b#k' }],
            volumeMounts: [],
          }),
        ],
      },
    );
    const { pod } = inject(before);
    expect(restorePod(pod)).toEqual({
      pod: before,
      earlier: { served: ['app'], place: 0, wasGuaranteed: false },
    });
    expect(restorePod(before)).toEqual({ pod: before, earlier: null });
  });

  it('adds what pulls the image, once', () => {
    const settings = { ...file.settings, imagePullSecrets: ['a', 'b'] };
    const before = aPod({ 'secret.db': 'kv/db' }, { imagePullSecrets: [{ name: 'b' }] });
    const after = injectPod(before, inject(before).plan, settings);
    expect(after.spec.imagePullSecrets).toEqual([{ name: 'b' }, { name: 'a' }]);
  });
});

describe('a command behind a shell', () => {
  it('is the same command again without it', () => {
    const deliveries = [{ variable: 'A', key: 'MAYFLY_ENV_0', optional: false, entry: null }];
    const command = renderShellCommand(['/app'], deliveries);
    expect(command[2]).toBe(
      'set -e; unset A; . /run/secrets/mayfly-env/env; [ -z "${MAYFLY_ENV_0+x}" ] || export A="$MAYFLY_ENV_0"; exec "$@"',
    );
    expect(stripShellCommand(command)).toEqual(['/app']);
    expect(stripShellCommand(['/bin/sh', '-c', 'run'])).toEqual(['/bin/sh', '-c', 'run']);
  });
});

describe('a patch', () => {
  it('puts elements where they stand', () => {
    const before = { a: [{ name: 'x' }, { name: 'y' }], 'k/~': {} };
    const after = { a: [{ name: 'n' }, { name: 'x' }, { name: 'y', z: 1 }], 'k/~': { b: 1 } };
    const steps = diffJson(before, after);
    expect(steps).toEqual([
      { op: 'add', path: '/a/0', value: { name: 'n' } },
      { op: 'add', path: '/a/2/z', value: 1 },
      { op: 'add', path: '/k~1~0/b', value: 1 },
    ]);
    expect(applyPatch(before, steps)).toEqual(after);
  });

  it('is empty between equal values and replaces what else changed', () => {
    expect(diffJson({ a: [1] }, { a: [1] })).toEqual([]);
    expect(diffJson({ a: 1 }, { a: 2 })).toEqual([{ op: 'replace', path: '/a', value: 2 }]);
    expect(diffJson({ a: [1, 2] }, { a: [2] })).toEqual([
      { op: 'replace', path: '/a', value: [2] },
    ]);
    expect(diffJson({ a: { b: 1 } }, { a: { c: 1 } })).toEqual([
      { op: 'replace', path: '/a', value: { c: 1 } },
    ]);
  });
});

describe('one value covers another', () => {
  it('with all that others added to it', () => {
    const expected = { list: [{ name: 'a', x: 1 }], command: ['x', 'y'] };
    const actual = {
      list: [{ name: 'b' }, { name: 'a', x: 1, y: 2 }],
      command: ['x', 'y'],
      more: 1,
    };
    expect(covers(actual, expected)).toBe(true);
    expect(covers(expected, actual)).toBe(false);
  });

  it('but not with other words, fewer elements or another order', () => {
    expect(covers({ command: ['y', 'x'] }, { command: ['x', 'y'] })).toBe(false);
    expect(covers({ command: ['x', 'y', 'z'] }, { command: ['x', 'y'] })).toBe(false);
    expect(covers({ list: [] }, { list: [{ name: 'a' }] })).toBe(false);
    expect(covers(null, { a: 1 })).toBe(false);
    expect(covers([], { a: 1 })).toBe(false);
    expect(identify({ mountPath: '/a', name: 'v' })).toBe('/a');
  });
});
