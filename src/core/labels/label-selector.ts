import type { LabelSelector } from '../api/schema/label-selector-schema.ts';
import { createError, type MayflyError } from '../errors/mayfly-error.ts';

/**
 * Whether every part of the selector holds for these labels; an empty one does. They are compared as in Kubernetes:
 * `NotIn` also holds without the label. See
 * {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors}.
 */
export function isSelected(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  const found = new Map(Object.entries(labels));
  return (
    Object.entries(matchLabels).every(([key, value]) => found.get(key) === value) &&
    matchExpressions.every((requirement) => holds(requirement, found.get(requirement.key)))
  );
}

type Requirement = NonNullable<LabelSelector['matchExpressions']>[number];

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

/** Refuses a requirement whose values do not go with its operator. */
export function checkSelector(
  { matchExpressions = [] }: LabelSelector,
  at: string,
): readonly MayflyError[] {
  return matchExpressions.flatMap(({ operator, values }, index) => {
    const field = `${at}.matchExpressions[${index}].values`;
    const takesValues = operator === 'In' || operator === 'NotIn';
    if (takesValues === (values !== undefined)) return [];
    if (takesValues) return [createError('MAYFLY_OBJECT_FIELD_MISSING', { field })];
    const problem = 'only goes with In and NotIn';
    return [createError('MAYFLY_OBJECT_FIELD_INVALID', { field, problem })];
  });
}
