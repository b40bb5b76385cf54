import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import { formatReference } from '../../reference/reference.ts';
import { maxPlanLength, type AgentPlan, type PlanFile } from '../agent-plan.ts';
import type { Checked, PodRequest } from '../annotations/parse-annotations.ts';
import type { InjectionContext } from '../injection-context.ts';
import type { EnvReference } from '../pod/find-env-references.ts';
import { isGuaranteed } from '../pod/pod-facts.ts';
import type { Container, Pod } from '../pod/pod-schema.ts';
import { decideAccess, type Access } from './decide-access.ts';
import { decidePlace } from './decide-place.ts';
import { decideResources } from './decide-resources.ts';
import { decideVariables, type Variables } from './decide-variables.ts';
import { agentPaths, type InjectionPlan } from './injection-plan.ts';
import { checkPlan } from './check-plan.ts';
import { decideStores } from './plan-stores.ts';

/** What an injected pod tells of its injection: webhooks of others may have changed the pod since. */
export interface EarlierInjection {
  /** The containers that annotations were honoured for. */
  readonly served: readonly string[];
  /** Whether the agent requests what it may use. */
  readonly wasGuaranteed: boolean;
  /** Where the agent stands now. */
  readonly place: number;
}

/** What a pod asks for, in its annotations and in its environment. */
export interface Asked {
  readonly request: PodRequest;
  readonly references: readonly EnvReference[];
  /** Null for a pod that was not injected before. */
  readonly earlier: EarlierInjection | null;
}

/** What is done to a pod for what it asks, and every rule that it breaks. */
export function decidePlan(
  pod: Pod,
  asked: Asked,
  context: InjectionContext,
): Checked<InjectionPlan> {
  const { settings } = context;
  const { request, references } = asked;
  const initContainers = pod.spec.initContainers ?? [];
  const containers = [...initContainers, ...pod.spec.containers];
  const scope = findScope(pod, asked, settings.meshProxies);
  const { envVia } = settings;
  const variables = decideVariables({ request, references, scope, containers, envVia });
  const readers = findReaders({ scope, containers, request, variables: variables.value });
  const access = decideAccess(pod, readers);
  const files = planFiles(request, access);
  const stores = decideStores(namesOf(asked), context, pod.spec.serviceAccountName ?? 'default');
  const { plan, deliveries } = variables.value;
  const value: InjectionPlan = {
    mode: request.mode,
    agent: {
      version: 1,
      stores: stores.value.map(({ store }) => store),
      files,
      variables: plan,
      envVia: envVia === 'none' ? 'file' : envVia,
      filesPath: agentPaths.files,
      envPath: plan.length === 0 ? null : `${agentPaths.env}/${agentPaths.envFile}`,
      envMode: envVia === 'shell' ? access.mode : 0o400,
      ...planTimes(request, context),
    },
    targets: stores.value,
    access,
    ...decideShape(pod, asked, context),
    scope: scope.map(({ name }) => name),
    filesPath: request.filesPath,
    deliveries,
  };
  const errors = [
    ...variables.errors,
    ...stores.errors,
    ...checkPlan(pod, value, { request, settings }),
  ];
  return { value, errors: [...errors, ...checkLength(value)] };
}

/** The size of the agent and its place; of a pod that was injected before, those that it has. */
function decideShape(
  pod: Pod,
  { request, earlier }: Asked,
  { settings }: InjectionContext,
): Pick<InjectionPlan, 'resources' | 'place'> {
  const { wasGuaranteed: isFixed, place } = earlier ?? {
    wasGuaranteed: isGuaranteed(pod),
    place: decidePlace(pod.spec.initContainers ?? [], request.order, settings.meshProxies),
  };
  return { resources: decideResources(request, settings.resources, isFixed), place };
}

function planTimes(
  { onChange, ttlMs, logLevel }: PodRequest,
  { settings }: InjectionContext,
): Pick<AgentPlan, 'onChange' | 'refreshMs' | 'deadlineMs' | 'logLevel'> {
  return {
    onChange,
    refreshMs: ttlMs ?? settings.refreshMs,
    deadlineMs: settings.deadlineMs,
    logLevel: logLevel ?? settings.logLevel,
  };
}

/** The containers that get what annotations ask for. A pod injected before keeps those that it had then. */
function findScope(
  { spec }: Pod,
  { request, earlier }: Asked,
  meshProxies: readonly string[],
): readonly Container[] {
  const { containers: named } = request;
  const chosen =
    named === null
      ? spec.containers.filter(({ name }) => !meshProxies.includes(name))
      : [...(spec.initContainers ?? []), ...spec.containers].filter(({ name }) =>
          named.includes(name),
        );
  return chosen.filter(({ name }) => earlier?.served.includes(name) ?? true);
}

interface Reading {
  readonly scope: readonly Container[];
  readonly containers: readonly Container[];
  readonly request: PodRequest;
  readonly variables: Variables;
}

/** The containers that read what the agent writes, by themselves or through the kubelet. */
function findReaders({ scope, containers, request, variables }: Reading): readonly Container[] {
  const hasFiles = request.files.length > 0;
  return containers.filter(
    (container) =>
      variables.deliveries.has(container.name) || (hasFiles && scope.includes(container)),
  );
}

function planFiles({ files }: PodRequest, access: Access): readonly PlanFile[] {
  return files.map(({ name, path, reference, template, store, format, mode }) => ({
    name,
    path,
    reference: reference === null ? null : formatReference(reference),
    template,
    store,
    format,
    mode: mode ?? access.mode,
  }));
}

function namesOf({ request, references }: Asked): readonly string[] {
  const wanted = [...request.variables.values(), ...references.map(({ reference }) => reference)];
  return [...request.files.flatMap(({ stores }) => stores), ...wanted.map(({ store }) => store)];
}

function checkLength({ agent }: InjectionPlan): readonly MayflyError[] {
  const sizes = [
    { what: 'characters', count: renderPlan(agent).length, limit: maxPlanLength },
    { what: 'files', count: agent.files.length, limit: maxEntries },
    { what: 'variables', count: agent.variables.length, limit: maxEntries },
  ];
  return sizes
    .filter(({ count, limit }) => count > limit)
    .map(({ what, limit }) => createError('MAYFLY_POD_PLAN_TOO_LARGE', { what, limit }));
}

/** Files, and variables, that the agent takes. */
const maxEntries = 1_000;

/** The plan as JSON, without a dollar sign: the kubelet takes `$(NAME)` and `$$` in a value for its own. */
export function renderPlan(plan: AgentPlan): string {
  return JSON.stringify(plan).replaceAll('$', String.raw`\u0024`);
}
