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
