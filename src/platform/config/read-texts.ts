import type { MayflyError } from '#core/errors/mayfly-error.ts';
import type { Setting } from './list-settings.ts';
import { refuse, refuseUnknown } from './parse-value.ts';

/** A setting's text as a variable or a flag gives it. */
export interface GivenText {
  /** The variable or the flag, for messages. */
  readonly place: string;
  readonly text: string;
}

const prefix = 'MAYFLY_';
/** Names the configuration file itself, and what commands of people and jobs take from the same shell. */
const reserved: ReadonlySet<string> = new Set([
  'MAYFLY_CONFIG',
  'MAYFLY_IDENTITY',
  'MAYFLY_BROKER',
  'MAYFLY_BROKER_CA',
  'MAYFLY_AUDIENCE',
  'MAYFLY_POLICY',
  'MAYFLY_SECRETS',
  'MAYFLY_FILES',
  'MAYFLY_FORMATS',
  'MAYFLY_ID_TOKEN',
  'MAYFLY_ID_TOKEN_FILE',
]);
/** What Kubernetes sets in every container for a Service whose name begins with ours. */
const serviceLink =
  /^MAYFLY_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$/u;

/** The settings that environment variables give, by key. */
export function readVariables(
  settings: readonly Setting[],
  environment: Readonly<Record<string, string | undefined>>,
  errors: MayflyError[],
): ReadonlyMap<string, GivenText> {
  const names = Object.keys(environment).filter((name) => isOurs(name));
  const reading = { place: 'the environment', errors };
  refuseUnknown(
    reading,
    settings.map(({ variable }) => variable),
    { key: '', names },
  );
  const given = new Map<string, GivenText>();
  for (const setting of settings) {
    const text = environment[setting.variable];
    const place = setting.variable;
    if (text !== undefined && isAllowed(setting, place, errors))
      given.set(setting.key, { place, text });
  }
  return given;
}

function isOurs(name: string): boolean {
  return name.startsWith(prefix) && !reserved.has(name) && !serviceLink.test(name);
}

/** The settings that flags give, by key; of a repeated flag the last counts. */
export function readFlags(
  settings: readonly Setting[],
  flags: readonly string[],
  errors: MayflyError[],
): ReadonlyMap<string, GivenText> {
  const given = new Map<string, GivenText>();
  for (const { key, text } of splitFlags(flags)) {
    const place = `--${key}`;
    if (findSetting(settings, key, errors) === undefined) continue;
    if (text === undefined) refuse({ place, errors }, key, 'has no value');
    else given.set(key, { place, text });
  }
  return given;
}

interface Flag {
  /** Empty for a word that is no flag. */
  readonly key: string;
  readonly text: string | undefined;
}

function splitFlags(flags: readonly string[]): readonly Flag[] {
  const found: Flag[] = [];
  const rest = [...flags];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, key = '', inline] = /^--([.a-zA-Z0-9]+)(?:=(.*))?$/su.exec(word) ?? [];
    found.push({ key, text: key === '' ? '' : (inline ?? rest.shift()) });
  }
  return found;
}

function findSetting(
  settings: readonly Setting[],
  key: string,
  errors: MayflyError[],
): Setting | undefined {
  if (key === '') {
    return refuse(
      { place: 'the command line', errors },
      'a word',
      'is neither a flag nor its value',
    );
  }
  const setting = settings.find((candidate) => candidate.key === key);
  const known = settings.map((candidate) => candidate.key);
  if (setting === undefined) {
    refuseUnknown({ place: 'the command line', errors }, known, { key: '', names: [key] });
    return undefined;
  }
  return isAllowed(setting, `--${key}`, errors) ? setting : undefined;
}

function isAllowed(setting: Setting, place: string, errors: MayflyError[]): boolean {
  if (setting.isFileOnly) refuse({ place, errors }, setting.key, 'can be set in the file only');
  return !setting.isFileOnly;
}
