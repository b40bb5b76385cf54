import { createError } from '#core/errors/mayfly-error.ts';
import { parseDuration } from '#core/api/duration.ts';
import { readVariable, type CiWorld } from '../ci-world.ts';
import { parsePolicyName, type Job } from '../job.ts';
import type { BrokerPlace } from '../servers/create-broker-client.ts';
import { parseAddress } from '../servers/split-url.ts';
import { parseWanted, readList } from '../wanted.ts';

/** What a workflow gave to the action. */
export interface ActionInputs {
  readonly job: Job;
  readonly audience: string;
  readonly allowDisk: boolean;
  readonly allowShort: boolean;
}

/** The broker of a workflow. Throws `MAYFLY_CLI_USAGE`, `MAYFLY_CI_ADDRESS`. */
export function readBrokerInput(world: CiWorld): BrokerPlace {
  const ca = readInput(world, 'ca');
  return { address: parseAddress('the broker', readRequired(world, 'broker')), ca };
}

/** Throws `MAYFLY_CLI_USAGE`, `MAYFLY_CI_ADDRESS`, `MAYFLY_CI_SECRET`. */
export function readInputs(world: CiWorld): ActionInputs {
  const broker = readBrokerInput(world);
  const wanted = parseWanted({
    variables: readList(readInput(world, 'secrets')),
    files: readList(readInput(world, 'files')),
    formats: readList(readInput(world, 'formats')),
  });
  return {
    job: {
      broker,
      policy: parsePolicyName(readRequired(world, 'policy')),
      wanted,
      ttlMs: readTtl(world),
    },
    audience: readInput(world, 'audience') ?? broker.address,
    allowDisk: readFlag(world, 'allow-disk'),
    allowShort: readFlag(world, 'allow-short'),
  };
}

/** As the runner hands it over: https://docs.github.com/actions/creating-actions/metadata-syntax-for-github-actions#inputs */
function readInput(world: CiWorld, name: string): string | null {
  const text = readVariable(world, `INPUT_${name.toUpperCase()}`)?.trim() ?? '';
  return text === '' ? null : text;
}

function readRequired(world: CiWorld, name: string): string {
  const text = readInput(world, name);
  if (text === null) throw usage(`the input ${name} is missing`);
  return text;
}

function readFlag(world: CiWorld, name: string): boolean {
  const text = readInput(world, name) ?? 'false';
  if (text !== 'true' && text !== 'false') throw usage(`the input ${name} must be true or false`);
  return text === 'true';
}

function readTtl(world: CiWorld): number | null {
  const text = readInput(world, 'ttl');
  if (text === null) return null;
  const ttl = parseDuration(text);
  if (ttl === null) throw usage('the input ttl must be a duration such as 10m');
  return ttl;
}

function usage(reason: string): Error {
  return createError('MAYFLY_CLI_USAGE', { reason });
}
