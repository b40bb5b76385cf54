import type { NamespaceSelector } from '../api/schema/tenant-policy-schema.ts';
import { isSelected } from '../labels/label-selector.ts';

export interface Namespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether every part of the selector holds for a namespace. */
export function isNamespaceSelected(
  { matchNames, ...selector }: NamespaceSelector,
  { name, labels }: Namespace,
): boolean {
  return (matchNames?.includes(name) ?? true) && isSelected(selector, labels);
}

/** Whether it is a namespace of the cluster itself or Mayfly's own: nothing is done there for tenants. */
export function isReservedNamespace(name: string, ownNamespace: string): boolean {
  return name === ownNamespace || name.startsWith('kube-');
}
