import { nearestName } from '../../text/nearest-name.ts';
import { faultAt, type Named } from '../fault.ts';
import type { Offset } from '../syntax.ts';
import type { TemplateFunction } from './call.ts';
import { codeFunctions } from './code-functions.ts';
import { compareFunctions } from './compare.ts';
import { printFunctions } from './print-functions.ts';
import { textFunctions } from './text-functions.ts';
import { valueFunctions } from './value-functions.ts';

/** Every function of templates besides `secret`, and `and` and `or`, which stop at the value that decides. */
export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({
    ...compareFunctions,
    ...textFunctions,
    ...codeFunctions,
    ...printFunctions,
    ...valueFunctions,
  }),
);

/** The functions that are not in the table. */
const special: ReadonlyMap<string, { readonly min: number; readonly max: number }> = new Map([
  ['secret', { min: 1, max: 1 }],
  ['and', { min: 1, max: Infinity }],
  ['or', { min: 1, max: Infinity }],
]);

/** Names of all functions that templates have. */
export const functionNames: readonly string[] = [
  ...special.keys(),
  ...templateFunctions.keys(),
].toSorted();

const onlyReads = 'is not offered: templates read secrets and do nothing else';
const noList = 'is not offered: stores are asked for paths, not for lists';
const noMachine = 'is not offered: templates see nothing of the machine they are rendered on';
const noConsul = 'is not offered: there is no Consul or Nomad here';

/** Functions of Vault's agent and of Go that are not here, and why. */
const refused: ReadonlyMap<string, string> = new Map([
  ...['pkiCert', 'writeToFile', 'executeTemplate', 'plugin', 'call'].map(
    (name) => [name, onlyReads] as const,
  ),
  ['secrets', noList],
  ...['env', 'mustEnv', 'envOrDefault', 'file', 'timestamp', 'sockaddr'].map(
    (name) => [name, noMachine] as const,
  ),
  ...['key', 'keyExists', 'keyOrDefault', 'ls', 'tree', 'service', 'services', 'nomadVar'].map(
    (name) => [name, noConsul] as const,
  ),
]);

/**
 * Throws `MAYFLY_TEMPLATE_FUNCTION` for a function that there is not, with the nearest that there is, and for one that
 * gets too few or too many values; `count` null leaves their number open.
 */
export function checkCall(
  template: Named,
  {
    at,
    name,
    count,
  }: { readonly at: Offset; readonly name: string; readonly count: number | null },
): void {
  const known = templateFunctions.get(name) ?? special.get(name);
  const problem = known === undefined ? describeUnknown(name) : describeCount(known, count);
  if (problem !== null) throw faultAt('MAYFLY_TEMPLATE_FUNCTION', template, { at, name, problem });
}

function describeUnknown(name: string): string {
  const reason = refused.get(name);
  if (reason !== undefined) return reason;
  const near = nearestName(name, functionNames) ?? nearestName(`sprig_${name}`, functionNames);
  return near === null ? 'is not known' : `is not known; did you mean ${near}?`;
}

function describeCount(
  { min, max }: { readonly min: number; readonly max: number },
  count: number | null,
): string | null {
  if (count === null || (count >= min && count <= max)) return null;
  if (min === max) return `takes ${min} ${min === 1 ? 'value' : 'values'}`;
  return `takes ${max === Infinity ? 'at least' : 'from'} ${min}${max === Infinity ? '' : ` to ${max}`} values`;
}
