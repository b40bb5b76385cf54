import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseDuration } from '#core/api/duration.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import { readVariable, type CiWorld } from '../ci-world.ts';
import { parsePolicyName, type Job } from '../job.ts';
import type { BrokerPlace } from '../servers/create-broker-client.ts';
import { parseAddress } from '../servers/split-url.ts';
import { findTokenSource } from '../token/find-token-source.ts';
import type { TokenSource } from '../token/token-source.ts';
import { parseWanted, readList, type WrittenSecrets } from '../wanted.ts';

/** Where the broker is, and as whom it is asked. */
export interface BrokerOptions {
  readonly broker?: string;
  readonly ca?: string;
  readonly audience?: string;
  readonly tokenFile?: string;
  readonly tokenEnv?: string;
  readonly login?: string;
  readonly clientId?: string;
  readonly loginCa?: string;
}

/** What is asked for. */
export interface JobOptions extends BrokerOptions {
  readonly policy?: string;
  readonly secret?: readonly string[];
  readonly file?: readonly string[];
  readonly format?: readonly string[];
  readonly ttl?: number;
  readonly folder?: string;
  readonly allowDisk?: boolean;
  readonly allowShort?: boolean;
}

export function addBrokerOptions(command: Command): Command {
  return command
    .option('--broker <url>', 'https://HOST[:PORT] of the broker (else MAYFLY_BROKER)')
    .option('--ca <file>', 'certificates that the broker may have (else MAYFLY_BROKER_CA)')
    .option('--audience <text>', 'whom the token is for (else MAYFLY_AUDIENCE, else the broker)')
    .option('--token-file <file>', 'the identity token, where the environment does not tell')
    .option('--token-env <name>', 'the variable with the identity token')
    .option('--login <issuer>', 'a person: log in at this OIDC issuer, for minutes')
    .option('--client-id <id>', 'as which client of that issuer')
    .option('--login-ca <file>', 'certificates that the issuer may have');
}

export function addJobOptions(command: Command): Command {
  return addBrokerOptions(command)
    .option('--policy <name>', 'NAMESPACE/NAME of the AccessPolicy (else MAYFLY_POLICY)')
    .addOption(
      repeated(
        '-s, --secret <name=reference>',
        'a value in the variable NAME (else MAYFLY_SECRETS)',
      ),
    )
    .addOption(
      repeated(
        '-f, --file <name=reference>',
        'a value in a file; NAME says where (else MAYFLY_FILES)',
      ),
    )
    .addOption(
      repeated(
        '--format <name=format>',
        'how that file is written: json, env, netrc, … (else MAYFLY_FORMATS)',
      ),
    )
    .option('--ttl <duration>', 'the longest lease that is wanted', parseTtl)
    .option('--folder <folder>', 'a new folder for the files (default: a fresh one in memory)')
    .option('--allow-disk', 'accept that files are written to a disk')
    .option('--allow-short', 'accept values that are too short to be masked');
}

function repeated(flags: string, description: string): Option {
  return new Option(flags, `${description}; may be given again`).argParser(collect);
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

function parseTtl(text: string): number {
  const ttl = parseDuration(text);
  if (ttl === null) throw new InvalidArgumentError('It must be a duration such as 10m.');
  return ttl;
}

const maxCaBytes = 1_048_576;

/** Throws `MAYFLY_CLI_USAGE`, `MAYFLY_CI_ADDRESS`, and what reading the certificates fails with. */
export async function readBroker(world: CiWorld, options: BrokerOptions): Promise<BrokerPlace> {
  const url = options.broker ?? readVariable(world, 'MAYFLY_BROKER');
  if (url === null) throw usage('no broker is named: --broker URL, or MAYFLY_BROKER');
  const address = parseAddress('the broker', url);
  return { address, ca: await readCa(options.ca ?? readVariable(world, 'MAYFLY_BROKER_CA')) };
}

async function readCa(path: string | null): Promise<string | null> {
  return path === null ? null : (await readFileBounded(path, maxCaBytes)).toString('latin1');
}

/** Throws `MAYFLY_CLI_USAGE`, `MAYFLY_CI_TOKEN_NONE`. */
export async function readSource(
  world: CiWorld,
  broker: BrokerPlace,
  options: BrokerOptions,
): Promise<TokenSource> {
  const { login, clientId, tokenFile = null, tokenEnv = null } = options;
  if (login !== undefined) {
    if (clientId === undefined) throw usage('--login needs --client-id');
    const { createLoginSource } = await import('../token/login/create-login-source.ts');
    const ca = await readCa(options.loginCa ?? null);
    return createLoginSource(world, { issuer: login, clientId, ca });
  }
  const audience = options.audience ?? readVariable(world, 'MAYFLY_AUDIENCE') ?? broker.address;
  return findTokenSource(world, { audience, file: tokenFile, variable: tokenEnv });
}

const minute = 60_000;
const loginTtlMs = 10 * minute;
const longestLoginTtlMs = 15 * minute;

/** Throws `MAYFLY_CLI_USAGE`, `MAYFLY_CI_SECRET`. */
export function readJob(world: CiWorld, broker: BrokerPlace, options: JobOptions): Job {
  const policy = options.policy ?? readVariable(world, 'MAYFLY_POLICY');
  if (policy === null) throw usage('no policy is named: --policy NAMESPACE/NAME, or MAYFLY_POLICY');
  const wanted = parseWanted(readWritten(world, options));
  return { broker, policy: parsePolicyName(policy), wanted, ttlMs: decideTtl(options) };
}

/** What is named on the command line is all that is asked for; else what the environment names. */
function readWritten({ env }: CiWorld, { secret, file, format }: JobOptions): WrittenSecrets {
  if (secret !== undefined || file !== undefined) {
    return { variables: secret ?? [], files: file ?? [], formats: format ?? [] };
  }
  return {
    variables: readList(env['MAYFLY_SECRETS']),
    files: readList(env['MAYFLY_FILES']),
    formats: format ?? readList(env['MAYFLY_FORMATS']),
  };
}

/** Minutes are enough for a person at work. */
function decideTtl({ ttl, login }: JobOptions): number | null {
  if (login === undefined) return ttl ?? null;
  if (ttl !== undefined && ttl > longestLoginTtlMs) throw usage('--login is for 15m at most');
  return ttl ?? loginTtlMs;
}

export function usage(reason: string): Error {
  return createError('MAYFLY_CLI_USAGE', { reason });
}
