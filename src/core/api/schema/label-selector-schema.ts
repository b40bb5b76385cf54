import { Type } from 'typebox';
import { patterns, strict, textMap } from './schema-parts.ts';

const requirementSchema = Type.Object(
  {
    key: Type.String({ minLength: 1, maxLength: 317, description: 'Key of a label.' }),
    operator: Type.Enum(['In', 'NotIn', 'Exists', 'DoesNotExist'], {
      type: 'string',
      description: 'How the label relates to `values`.',
    }),
    values: Type.Optional(
      Type.Array(Type.String({ pattern: patterns.labelValue, maxLength: 63 }), {
        minItems: 1,
        maxItems: 100,
        description: 'For In and NotIn only.',
      }),
    ),
  },
  strict,
);

type SelectorParts = {
  matchLabels: Type.TOptional<Type.TUnsafe<Record<string, string>>>;
  matchExpressions: Type.TOptional<Type.TArray<typeof requirementSchema>>;
};

/** The two parts of a label selector, of something named as in `the namespace`. */
export function selectorParts(what: string): SelectorParts {
  return {
    matchLabels: Type.Optional(textMap(`${capitalise(what)} has all of these labels.`)),
    matchExpressions: Type.Optional(
      Type.Array(requirementSchema, {
        maxItems: 50,
        description: `All of these hold for the labels of ${what}.`,
      }),
    ),
  };
}

function capitalise(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

const labelSelectorSchema = Type.Object(selectorParts('it'), strict);

export type LabelSelector = Type.Static<typeof labelSelectorSchema>;
