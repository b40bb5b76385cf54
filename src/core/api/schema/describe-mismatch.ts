import { patternWords } from './schema-parts.ts';

/** What a field must be, in words and without the value it has. */
export function describeMismatch(
  keyword: string,
  params: Readonly<Record<string, unknown>>,
): string {
  switch (keyword) {
    case 'type':
      return `must be ${typeWords(params['type'])}`;
    case 'enum':
      return `must be one of ${listed(params['allowedValues'])}`;
    case 'pattern':
      return patternWords.get(String(params['pattern'])) ?? 'has characters that are not allowed';
    case 'minimum':
    case 'exclusiveMinimum':
      return `must be at least ${shown(params['limit'])}`;
    case 'maximum':
    case 'exclusiveMaximum':
      return `must be at most ${shown(params['limit'])}`;
    case 'minProperties':
    case 'maxProperties':
      return 'must name exactly one of its fields';
    case 'minLength':
    case 'minItems':
      return 'must not be empty';
    case 'maxLength':
    case 'maxItems':
      return `must be at most ${shown(params['limit'])} long`;
    default:
      return 'has a value that is not allowed';
  }
}

const typeNames: ReadonlyMap<unknown, string> = new Map([
  ['string', 'a text'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'a map of fields'],
]);

function typeWords(type: unknown): string {
  return typeNames.get(type) ?? 'of another type';
}

function listed(values: unknown): string {
  return Array.isArray(values) ? values.map(String).join(', ') : 'the known values';
}

function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : 'the limit';
}
