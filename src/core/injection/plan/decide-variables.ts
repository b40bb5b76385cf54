import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import { formatReference, type Reference } from '../../reference/reference.ts';
import type { PlanVariable } from '../agent-plan.ts';
import type { Checked, PodRequest } from '../annotations/parse-annotations.ts';
import type { EnvReference } from '../pod/find-env-references.ts';
import type { Container } from '../pod/pod-schema.ts';
import type { InjectionSettings } from '../settings.ts';

/** A variable of one container, and where the agent writes its value. */
export interface Delivery {
  readonly variable: string;
  /** In the environment file. */
  readonly key: string;
  readonly optional: boolean;
  /** The entry whose value is the reference; null for one that an annotation asks for. */
  readonly entry: number | null;
}

export interface Variables {
  readonly plan: readonly PlanVariable[];
  /** By the name of the container. */
  readonly deliveries: ReadonlyMap<string, readonly Delivery[]>;
}

interface Asked {
  readonly request: PodRequest;
  readonly references: readonly EnvReference[];
  /** The containers that get the variables of annotations. */
  readonly scope: readonly Container[];
  readonly containers: readonly Container[];
  readonly envVia: InjectionSettings['envVia'];
}

/**
 * Which variable of which container is delivered under which key of the environment file. Equal variables of several
 * containers share a key; different values under one name get keys of their own.
 */
export function decideVariables(asked: Asked): Checked<Variables> {
  const { request, references, scope, containers, envVia } = asked;
  const keys = createKeys(request.optional, envVia);
  const deliveries = new Map<string, readonly Delivery[]>();
  const errors: MayflyError[] = [];
  const taken = [...request.variables.keys()];
  for (const container of containers) {
    const fromAnnotations = scope.includes(container) ? [...request.variables] : [];
    const own = references.filter((each) => each.container === container.name);
    const delivered = [
      ...fromAnnotations.map(([variable, reference]) => keys.take(variable, reference, null)),
      ...own.map(({ variable, reference, entry }) => keys.take(variable, reference, entry)),
    ];
    if (delivered.length === 0) continue;
    deliveries.set(container.name, delivered);
    if (fromAnnotations.length > 0) errors.push(...refuseTaken(container, taken));
    errors.push(...refuseDelivery(container, delivered, envVia));
  }
  errors.push(...refuseUnused(request.optional, deliveries));
  return { value: { plan: keys.list(), deliveries }, errors };
}

interface Keys {
  take(variable: string, reference: Reference, entry: number | null): Delivery;
  list(): readonly PlanVariable[];
}

function createKeys(optionals: ReadonlySet<string>, envVia: Asked['envVia']): Keys {
  const planned = new Map<string, PlanVariable>();
  const used = new Set<string>();
  return {
    take(variable, reference, entry) {
      const text = formatReference(reference);
      const known = planned.get(`${variable}=${text}`);
      const optional = optionals.has(variable);
      // A shell reads the whole file: there a name of another container must not change a variable of this one.
      const isFree = envVia !== 'shell' && !used.has(variable);
      const key = known?.key ?? (isFree ? variable : `MAYFLY_ENV_${planned.size}`);
      planned.set(`${variable}=${text}`, { key, variable, reference: text, optional });
      used.add(key);
      return { variable, key, optional, entry };
    },
    list: () => [...planned.values()],
  };
}

function refuseTaken(container: Container, variables: readonly string[]): readonly MayflyError[] {
  const set = new Set(container.env?.map(({ name }) => name));
  return variables
    .filter((variable) => set.has(variable))
    .map((variable) =>
      createError('MAYFLY_POD_ENV_TAKEN', { container: container.name, variable }),
    );
}

function refuseDelivery(
  { name, command = [] }: Container,
  delivered: readonly Delivery[],
  envVia: InjectionSettings['envVia'],
): readonly MayflyError[] {
  if (envVia === 'none') {
    return delivered.map(({ variable }) =>
      createError('MAYFLY_POD_ENV_OFF', { container: name, variable }),
    );
  }
  const needsCommand = envVia === 'shell' && command.length === 0;
  return needsCommand ? [createError('MAYFLY_POD_ENV_COMMAND', { container: name })] : [];
}

function refuseUnused(
  optionals: ReadonlySet<string>,
  deliveries: Variables['deliveries'],
): readonly MayflyError[] {
  const delivered = new Set([...deliveries.values()].flat().map(({ variable }) => variable));
  return [...optionals]
    .filter((variable) => !delivered.has(variable))
    .map((variable) =>
      createError('MAYFLY_POD_ANNOTATION_INVALID', {
        annotation: `mayfly.dev/optional.${variable}`,
        problem: 'names a variable that nothing asks for',
      }),
    );
}
