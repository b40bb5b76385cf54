import type { AgentPlan, PlanFile, PlanVariable } from '#core/injection/agent-plan.ts';
import { aPlanFile, aPlanVariable } from '#test/support/agent/a-plan.ts';
import { canaryValues, wideValue } from '#test/support/canary/canary-values.ts';
import type { FurnishedVault } from '#test/support/vault/vault-under-test.ts';

const path = 'secret/data/team/canary';
const { plain, binary, colon, lines } = canaryValues;

/** What the store holds, by path. */
const kept: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  [path]: canaryValues,
  'secret/data/team/docker': { registry: 'registry.test', username: 'app', password: plain },
  'secret/data/team/netrc': { machine: 'machine.test', login: 'app', password: binary },
  'secret/data/team/odd': { registry: plain, username: colon, password: lines },
  'secret/data/team/more': { wide: wideValue, empty: '', nested: { inner: plain }, none: null },
};

export async function keepAll({ root }: FurnishedVault): Promise<void> {
  for (const [path, data] of Object.entries(kept)) await root.call('POST', path, { data });
}

/** Another value at `plain`. */
export async function keepPlain({ root }: FurnishedVault, plain: string): Promise<void> {
  await root.call('POST', path, { data: { ...canaryValues, plain } });
}

function fileOf(name: string, given: Partial<PlanFile>): PlanFile {
  return aPlanFile({ name, path: name, reference: `vault:${path}`, ...given });
}

/** Has written a value by the time that it comes to the rest. */
function templateOf(name: string, rest: string): PlanFile {
  const template = `{{ with secret "${path}" }}{{ .Data.data.plain }}${rest}{{ end }}`;
  return fileOf(name, { reference: null, template });
}

function variableOf(name: string, reference = `vault:${path}#${name}`): PlanVariable {
  const key = name.toUpperCase();
  return aPlanVariable({ key, variable: key, reference });
}

const names = Object.keys(canaryValues);

/** Every value by itself, all of them in each format that takes them, and through functions of templates. */
export const allFiles: readonly PlanFile[] = [
  ...names.map((name) => fileOf(`raw-${name}`, { reference: `vault:${path}#${name}` })),
  ...(['json', 'yaml', 'properties'] as const).map((format) => fileOf(format, { format })),
  fileOf('env', { reference: `vault:${path}#lines`, format: 'env' }),
  fileOf('docker', { reference: 'vault:secret/data/team/docker', format: 'docker-config' }),
  fileOf('netrc', { reference: 'vault:secret/data/team/netrc', format: 'netrc' }),
  templateOf('decoded', '{{ .Data.data.binary | base64Decode }}'),
  templateOf('coded', '{{ .Data.data.quotes | base64Encode }}{{ .Data.data.six | toJSON }}'),
  templateOf('parsed', '{{ .Data.data.document | parseJSON | toJSONPretty }}'),
];

/** By how they reach the program: what the kubelet reads takes neither single quotes nor CRLF. */
export const allVariables = {
  file: ['plain', 'six', 'lines', 'colon', 'long', 'binary', 'document'].map((name) =>
    variableOf(name),
  ),
  shell: names.map((name) => variableOf(name)),
} as const;

/** A plan that fails once its values are there, and with what. */
export interface LeakyPlan {
  readonly name: string;
  readonly code: string;
  readonly given: Partial<AgentPlan>;
}

const odd = 'vault:secret/data/team/odd';
const more = 'vault:secret/data/team/more';

function failing(name: string, code: string, file: PlanFile): LeakyPlan {
  return { name, code, given: { files: [file] } };
}

function ofTemplate(rest: string, code = 'MAYFLY_TEMPLATE_VALUE'): LeakyPlan {
  return failing(`a template with ${rest}`, code, templateOf('made', rest));
}

function ofFormat(format: PlanFile['format'], reference: string, code = 'VALUE'): LeakyPlan {
  const file = fileOf('made', { format, reference });
  return failing(`the format ${format} of ${reference}`, `MAYFLY_FORMAT_${code}`, file);
}

function ofVariable(variable: PlanVariable, code: string): LeakyPlan {
  const { reference } = variable;
  return { name: `the variable ${reference}`, code, given: { files: [], variables: [variable] } };
}

export const leakyPlans: readonly LeakyPlan[] = [
  ofTemplate('{{ .Data.data.plain | parseJSON }}'),
  ofTemplate('{{ .Data.data.lines | base64Decode }}'),
  ofTemplate('{{ .Data.data.six | parseInt }}'),
  ofTemplate('{{ .Data.data.colon | parseBool }}'),
  ofTemplate('{{ .Data.data.plain.deeper }}'),
  ofTemplate('{{ range .Data.data.long }}{{ . }}{{ end }}'),
  ofTemplate('{{ printf .Data.data.quotes .Data.data.plain }}'),
  ofTemplate('{{ indent (len .Data.data.long) .Data.data.lines }}'),
  ofTemplate('{{ index .Data.data .Data.data.plain }}', 'MAYFLY_TEMPLATE_MISSING'),
  ofTemplate('{{ index (split "-" .Data.data.colon) 9 }}'),
  ofTemplate('{{ .Data.data.document | parseJSON }}'),
  ofTemplate('{{ .Data.data.number | parseJSON | toJSON }}'),
  ofTemplate('{{ .Data.data.number | parseJSON | toYAML }}'),
  ofTemplate('{{ lt .Data.data.plain 3 }}'),
  ofTemplate('{{ .Data.data.nothing }}', 'MAYFLY_TEMPLATE_MISSING'),
  ofFormat('env', `vault:${path}#quotes`),
  ofFormat('env', `vault:${path}#crlf`),
  ofFormat('docker-config', odd),
  ofFormat('docker-config', `vault:${path}`, 'FIELDS'),
  ofFormat('netrc', `vault:${path}`, 'FIELDS'),
  ofFormat('properties', more),
  ofFormat('raw', `vault:${path}`, 'FIELDS'),
  failing('a missing key', 'MAYFLY_AGENT_KEY_MISSING', fileOf('made', { reference: `${odd}#no` })),
  ofVariable(variableOf('quotes'), 'MAYFLY_FORMAT_VARIABLE'),
  ofVariable(variableOf('crlf'), 'MAYFLY_FORMAT_VARIABLE'),
  ofVariable(variableOf('wide', `${more}#wide`), 'MAYFLY_FORMAT_VARIABLE'),
  ofVariable(variableOf('empty', `${more}#empty`), 'MAYFLY_FORMAT_VARIABLE_EMPTY'),
  ofVariable(variableOf('none', `${more}#none`), 'MAYFLY_FORMAT_VARIABLE_EMPTY'),
  ofVariable(variableOf('nested', `${more}#nested`), 'MAYFLY_AGENT_NOT_ONE_VALUE'),
];
