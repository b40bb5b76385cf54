import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeObject, KubeQuery, KubeResource } from '#core/ports/kube/kube-api.ts';
import { isMap } from './json-tree.ts';

/** Whether a query finds an object of its kind. */
export function matchesQuery(query: KubeQuery, object: KubeObject): boolean {
  if (query.namespace !== undefined && object.metadata.namespace !== query.namespace) return false;
  const labels = object.metadata.labels ?? {};
  if (!matchesLabels(query.labelSelector ?? '', labels)) return false;
  return matchesFields(query.fieldSelector ?? '', query.resource, object);
}

function matchesLabels(selector: string, labels: Readonly<Record<string, string>>): boolean {
  const terms = selector.split(/,(?![^(]*\))/u).filter((term) => term.trim() !== '');
  return terms.every((term) => matchesLabel(term.trim(), labels));
}

function matchesLabel(term: string, labels: Readonly<Record<string, string>>): boolean {
  const set = /^(\S+) (in|notin) \((.*)\)$/u.exec(term);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return values.includes(labels[key] ?? '') === (operator === 'in');
  }
  const comparison = /^([^!=]+)(==?|!=)(.*)$/u.exec(term);
  if (comparison !== null) {
    const [, key = '', operator, value] = comparison;
    return (labels[key] === value) === (operator !== '!=');
  }
  return term.startsWith('!') ? labels[term.slice(1)] === undefined : labels[term] !== undefined;
}

function matchesFields(selector: string, resource: KubeResource, object: KubeObject): boolean {
  const terms = selector.split(',').filter((term) => term !== '');
  return terms.every((term) => {
    const [, path = '', operator = '=', value = ''] = /^([^!=]+)(==?|!=)(.*)$/u.exec(term) ?? [];
    if (!isSelectable(path, resource)) {
      const what = `list ${resource.plural}`;
      throw createError('MAYFLY_KUBE_REFUSED', { what, reason: 'BadRequest' });
    }
    return (readField(object, path.split('.')) === value) === (operator !== '!=');
  });
}

/** Kinds of one's own can be selected by their name alone; built-in kinds by a few fields more. */
function isSelectable(path: string, resource: KubeResource): boolean {
  return /^metadata\.(?:name|namespace)$/u.test(path) || !resource.group.includes('mayfly');
}

function readField(value: unknown, [field, ...rest]: readonly string[]): string {
  if (field === undefined) return typeof value === 'string' ? value : '';
  return isMap(value) ? readField(value[field], rest) : '';
}

/** What a metadata-only request is answered of an object. */
export function metadataOf(object: KubeObject): KubeObject {
  const { metadata } = object;
  return { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata };
}
