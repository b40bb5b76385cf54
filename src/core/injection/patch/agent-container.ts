import { planPartLength, planVariable, restartExit } from '../agent-plan.ts';
import { renderPlan } from '../plan/decide-plan.ts';
import { agentPaths, ownNames, type InjectionPlan } from '../plan/injection-plan.ts';
import { tokenFile, tokensPath } from '../plan/plan-stores.ts';
import type { Container, EnvEntry } from '../pod/pod-schema.ts';
import type { InjectionSettings } from '../settings.ts';

const probePeriodSeconds = 1;
/** What the first probe and a slow node may take beyond the deadline. */
const probeSpareSeconds = 10;
const tokenSeconds = 600;

/** {@link https://www.kubernetes.dev/resources/keps/5532/} */
const restartRule = {
  action: 'RestartAllContainers',
  exitCodes: { operator: 'In', values: [restartExit] },
};

/** The container of the agent: an init container, or one that stays beside the others and gates their start. */
export function renderAgentContainer(plan: InjectionPlan, settings: InjectionSettings): Container {
  const { image, imagePullPolicy, command } = settings.agent;
  const threshold = Math.ceil(plan.agent.deadlineMs / 1_000) + probeSpareSeconds;
  const sidecar = {
    restartPolicy: 'Always',
    ...(plan.agent.onChange.kind === 'restart' ? { restartPolicyRules: [restartRule] } : {}),
    startupProbe: {
      exec: { command: [...command, 'ready'] },
      periodSeconds: probePeriodSeconds,
      timeoutSeconds: 5,
      failureThreshold: threshold,
    },
  };
  const container = {
    name: ownNames.agent,
    image,
    ...(imagePullPolicy === null ? {} : { imagePullPolicy }),
    command: [...command, plan.mode],
    env: renderPlanEntries(plan),
    ...(plan.mode === 'sidecar' ? sidecar : {}),
    resources: plan.resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: plan.access.uid,
      runAsGroup: plan.access.uid,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: renderAgentMounts(plan),
  };
  return container;
}

function renderPlanEntries({ agent }: InjectionPlan): EnvEntry[] {
  const text = renderPlan(agent);
  const count = Math.ceil(text.length / planPartLength);
  return Array.from({ length: count }, (_, index) => ({
    name: `${planVariable}_${index}`,
    value: text.slice(index * planPartLength, (index + 1) * planPartLength),
  }));
}

function renderAgentMounts({
  agent,
  targets,
}: InjectionPlan): NonNullable<Container['volumeMounts']> {
  return [
    ...(agent.files.length > 0 ? [{ name: ownNames.files, mountPath: agentPaths.files }] : []),
    ...(agent.envPath === null ? [] : [{ name: ownNames.env, mountPath: agentPaths.env }]),
    ...(targets.length > 0
      ? [{ name: ownNames.tokens, mountPath: tokensPath, readOnly: true }]
      : []),
    { name: ownNames.noAccount, mountPath: agentPaths.account, readOnly: true },
  ];
}

interface Volume {
  readonly name: string;
  readonly emptyDir?: object;
  readonly projected?: object;
}

/**
 * The volumes of an injected pod: in memory and bounded, the tokens, one for each store and for it alone, and an empty
 * one, which keeps the token for the Kubernetes API out of the agent.
 */
export function renderVolumes({ agent, targets }: InjectionPlan): readonly Volume[] {
  return [
    ...(agent.files.length > 0 ? [renderMemory(ownNames.files, '16Mi')] : []),
    ...(agent.envPath === null ? [] : [renderMemory(ownNames.env, '1Mi')]),
    ...(targets.length > 0 ? [renderTokens(targets)] : []),
    renderMemory(ownNames.noAccount, '4Ki'),
  ];
}

function renderMemory(name: string, sizeLimit: string): Volume {
  return { name, emptyDir: { medium: 'Memory', sizeLimit } };
}

function renderTokens(targets: InjectionPlan['targets']): Volume {
  const sources = targets.map(({ store, audience }) => ({
    serviceAccountToken: {
      audience,
      expirationSeconds: tokenSeconds,
      path: tokenFile(store.name),
    },
  }));
  return { name: ownNames.tokens, projected: { sources } };
}
