import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { keys } from '#core/api/object.ts';
import type { KubeObject } from '#core/ports/kube/kube-api.ts';

export type Texts = Readonly<Record<string, string>>;

const contentSchema = Type.Record(Type.String(), Type.String());

/** The values in base64. What is no map of texts counts as no content: for a Secret of ours that is drift. */
export function readContent(object: KubeObject): Texts {
  const content = object['data'];
  return Check(contentSchema, content) ? content : {};
}

export function hasLabel({ metadata }: KubeObject): boolean {
  return metadata.labels?.[keys.managed] === 'true';
}
