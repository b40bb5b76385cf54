import { createError } from '#core/errors/mayfly-error.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import { readVariable, type CiWorld } from '../ci-world.ts';
import { createEndpointSource } from './ask-endpoint.ts';
import { createProgramSource } from './ask-program.ts';
import { takeToken, type TokenSource } from './token-source.ts';

/** What a person said about the token; null where the environment is to tell. */
export interface TokenChoice {
  /** Whom the token is for. */
  readonly audience: string;
  readonly file: string | null;
  /** Name of a variable. */
  readonly variable: string | null;
}

/** A system that is known by a variable of its own. */
interface KnownSystem {
  readonly mark: string;
  create(world: CiWorld, audience: string): TokenSource;
}

const systems: readonly KnownSystem[] = [
  { mark: 'MAYFLY_ID_TOKEN', create: (world) => createVariableSource(world, 'MAYFLY_ID_TOKEN') },
  {
    mark: 'MAYFLY_ID_TOKEN_FILE',
    create: (world) => createFileSource(readVariable(world, 'MAYFLY_ID_TOKEN_FILE') ?? ''),
  },
  { mark: 'ACTIONS_ID_TOKEN_REQUEST_URL', create: createGithubSource },
  { mark: 'SYSTEM_OIDCREQUESTURI', create: createAzureSource },
  { mark: 'BUILDKITE', create: createBuildkiteSource },
  { mark: 'CIRCLECI', create: createCircleSource },
  {
    mark: 'BITBUCKET_STEP_OIDC_TOKEN',
    create: (world) => createVariableSource(world, 'BITBUCKET_STEP_OIDC_TOKEN'),
  },
];

/** What a job lacks in a system that gives tokens only when asked to. */
const lacks: readonly (readonly [mark: string, problem: string])[] = [
  ['GITHUB_ACTIONS', 'the job needs "permissions: id-token: write"'],
  ['GITLAB_CI', 'the job needs "id_tokens: MAYFLY_ID_TOKEN: aud: …"'],
  ['BITBUCKET_BUILD_NUMBER', 'the step needs "oidc: true"'],
  ['TF_BUILD', 'the job needs System.AccessToken as SYSTEM_ACCESSTOKEN'],
];

/**
 * Finds where the token of this job comes from: what was named, then MAYFLY_ID_TOKEN, MAYFLY_ID_TOKEN_FILE, then what
 * the CI system gives by itself. Throws `MAYFLY_CI_TOKEN_NONE`, saying what a job of this system lacks.
 */
export function findTokenSource(world: CiWorld, choice: TokenChoice): TokenSource {
  if (choice.file !== null) return createFileSource(choice.file);
  if (choice.variable !== null) return createVariableSource(world, choice.variable);
  const system = systems.find(({ mark }) => readVariable(world, mark) !== null);
  if (system !== undefined) return system.create(world, choice.audience);
  const [, problem] = lacks.find(([mark]) => readVariable(world, mark) !== null) ?? [];
  throw noToken(problem ?? 'this is no job of a CI system that is known');
}

function noToken(problem: string): Error {
  return createError('MAYFLY_CI_TOKEN_NONE', { problem });
}

function createVariableSource(world: CiWorld, variable: string): TokenSource {
  return {
    name: variable,
    fetch: async () => {
      const text = readVariable(world, variable);
      if (text === null) throw noToken(`the variable ${variable} is empty`);
      return takeToken(variable, SecretBytes.take(Buffer.from(text)));
    },
  };
}

const maxFileBytes = 65_536;

function createFileSource(path: string): TokenSource {
  return {
    name: path,
    fetch: async () => takeToken(path, SecretBytes.take(await readFileBounded(path, maxFileBytes))),
  };
}

function createGithubSource(world: CiWorld, audience: string): TokenSource {
  const url = readVariable(world, 'ACTIONS_ID_TOKEN_REQUEST_URL') ?? '';
  return createEndpointSource(world, {
    server: 'the token endpoint of GitHub',
    method: 'GET',
    url: `${url}${url.includes('?') ? '&' : '?'}audience=${encodeURIComponent(audience)}`,
    bearer: 'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    field: 'value',
  });
}

/** Its tokens have one audience, `api://AzureADTokenExchange`, whoever is asked. */
function createAzureSource(world: CiWorld): TokenSource {
  const connection = readVariable(world, 'AZURESUBSCRIPTION_SERVICE_CONNECTION_ID');
  const ofConnection =
    connection === null ? '' : `&serviceConnectionId=${encodeURIComponent(connection)}`;
  return createEndpointSource(world, {
    server: 'the token endpoint of Azure DevOps',
    method: 'POST',
    url: `${readVariable(world, 'SYSTEM_OIDCREQUESTURI') ?? ''}?api-version=7.1${ofConnection}`,
    bearer: 'SYSTEM_ACCESSTOKEN',
    field: 'oidcToken',
  });
}

/** Policies are written by ids, which its tokens have only where they are asked for. */
function createBuildkiteSource(world: CiWorld, audience: string): TokenSource {
  const claims = 'organization_id,pipeline_id';
  const args = ['oidc', 'request-token', '--audience', audience, '--claim', claims];
  return createProgramSource(world, { program: 'buildkite-agent', args });
}

/** Outside of what has its command, the token for the organisation is all there is. */
function createCircleSource(world: CiWorld, audience: string): TokenSource {
  const args = ['run', 'oidc', 'get', '--claims', JSON.stringify({ aud: audience })];
  const asked = createProgramSource(world, { program: 'circleci', args });
  const given = createVariableSource(world, 'CIRCLE_OIDC_TOKEN_V2');
  return {
    name: asked.name,
    fetch: async (signal) => {
      try {
        return await asked.fetch(signal);
      } catch (error) {
        signal.throwIfAborted();
        if (readVariable(world, given.name) === null) throw error;
        return await given.fetch(signal);
      }
    },
  };
}
