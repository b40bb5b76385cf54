import { prefix } from '../annotations/annotation-table.ts';
import { formatReference } from '../../reference/reference.ts';
import { envScheme, findEnvReferences } from '../pod/find-env-references.ts';
import type { Container, Pod } from '../pod/pod-schema.ts';
import { compatibilities } from '../settings.ts';
import { translateAnnotations } from './translate-pod.ts';
import type { Translation } from './translation.ts';

/** One change of a manifest: a value below the pod, null where it goes away. */
export interface ManifestEdit {
  readonly path: readonly (string | number)[];
  readonly value: string | null;
}

/** A pod of other injectors in our words. */
export interface Migration {
  readonly edits: readonly ManifestEdit[];
  /** What its author has to see to; sentences without a full stop. */
  readonly notes: readonly string[];
  /** What cannot be said in our words, with the reason; it stays as it is. */
  readonly left: readonly string[];
}

/** What has to change in a pod of vault-k8s, openbao-k8s or bank-vaults, so that Mayfly does the same from one store. */
export function migratePod(pod: Pod, store: string): Migration {
  const annotations = pod.metadata?.annotations ?? {};
  const translation = translateAnnotations(annotations, compatibilities);
  const rules = { store, compatibility: ['bank-vaults'] as const };
  const { value: references, errors } = findEnvReferences(pod, rules);
  const envEdits = references.flatMap(({ container, entry, reference }) => {
    const value = `${envScheme}${formatReference(reference)}`;
    const place = findContainer(pod, container);
    return place === null || valueAt(place.container, entry) === value
      ? []
      : [{ path: [...place.path, 'env', entry, 'value'], value }];
  });
  const added = Object.entries(translation.annotations).filter(
    ([name]) => annotations[name] === undefined,
  );
  const needsStore = added.some(([name]) => name.startsWith(`${prefix}template.`));
  const entries = needsStore ? [[`${prefix}store`, store] as const, ...added] : added;
  const edits = [
    ...entries.map(([name, value]) => ({ path: ['metadata', 'annotations', name], value })),
    ...translation.understood.map((name) => ({
      path: ['metadata', 'annotations', name],
      value: null,
    })),
    ...envEdits,
  ];
  const left = [...translation.errors, ...errors].map(({ message }) => message);
  return { edits, notes: edits.length === 0 ? [] : renderNotes(translation, pod), left };
}

interface Place {
  readonly container: Container;
  readonly path: readonly (string | number)[];
}

function findContainer({ spec }: Pod, name: string): Place | null {
  for (const kind of ['initContainers', 'containers'] as const) {
    const index = spec[kind]?.findIndex((each) => each.name === name) ?? -1;
    const container = spec[kind]?.[index];
    if (container !== undefined) return { container, path: ['spec', kind, index] };
  }
  return null;
}

function valueAt({ env }: Container, entry: number): string | undefined {
  return env?.[entry]?.value;
}

function renderNotes({ claims }: Translation, { spec }: Pod): readonly string[] {
  const hidden = [...(spec.initContainers ?? []), ...spec.containers].filter(
    ({ envFrom = [] }) => envFrom.length > 0,
  );
  return [
    ...claims.map(
      ({ annotation, field }) =>
        `${annotation} is gone: the Store says its ${field}, see that it is the same`,
    ),
    ...hidden.map(
      ({ name }) =>
        `container ${name} takes variables from a ConfigMap or a Secret: references that are hidden there are not resolved, write them out in env`,
    ),
  ];
}
