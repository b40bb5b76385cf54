import type { NamespaceSelector } from '../api/schema/tenant-policy-schema.ts';

export interface Namespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

type Requirement = NonNullable<NamespaceSelector['matchExpressions']>[number];

/**
 * Whether every part of the selector holds for a namespace. Labels are compared as in Kubernetes: `NotIn` also holds
 * for a namespace without the label. See
 * {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors}.
 */
export function isNamespaceSelected(
  { matchNames, matchLabels = {}, matchExpressions = [] }: NamespaceSelector,
  { name, labels }: Namespace,
): boolean {
  const found = new Map(Object.entries(labels));
  return (
    (matchNames?.includes(name) ?? true) &&
    Object.entries(matchLabels).every(([key, value]) => found.get(key) === value) &&
    matchExpressions.every((requirement) => holds(requirement, found.get(requirement.key)))
  );
}

function holds({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}
