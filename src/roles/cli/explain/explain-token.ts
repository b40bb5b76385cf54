import { ownResources } from '#core/api/kube-resources.ts';
import { apiVersion, type StoredObject } from '#core/api/object.ts';
import { readDocument } from '#core/api/read-document.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import { explainPolicy } from '#core/trust/explain-policy.ts';
import { listObjects } from '#platform/kube/list-objects.ts';
import { keepProgramAlive } from '#platform/time/keep-program-alive.ts';
import { openPersonCluster } from '../compose.ts';
import { readInput } from '../files/read-input.ts';
import type { Terminal } from '../frame/terminal.ts';
import { parseRequest } from '../policy/parse-request.ts';
import { readClaims } from '../policy/read-claims.ts';
import { readPolicyObjects, readPolicyWorld } from '../policy/read-policy-file.ts';
import { createPaint } from './render-explanation.ts';
import { renderTokenExplanation } from './render-token-explanation.ts';

export interface ExplainTokenOptions {
  readonly policy: string;
  readonly reference?: readonly string[];
  readonly vaultClient?: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly output: 'text' | 'json';
}

/** What policies decide about a token, clause by clause. The token is read here and sent nowhere. */
export async function explainToken(
  terminal: Terminal,
  file: string,
  options: ExplainTokenOptions,
): Promise<void> {
  const claims = readClaims(await readInput(terminal, file));
  const request = parseRequest(options.reference ?? [], options.vaultClient);
  const isFile = /^.*\.(?:ya?ml|json)$/u.test(options.policy);
  const objects = isFile
    ? await readPolicyObjects(terminal, options.policy)
    : await readCluster(options);
  const { policies, findIssuer } = readPolicyWorld(objects);
  const found = policies.map((policy) => explainPolicy(policy, { claims, findIssuer, request }));
  const isColored = terminal.stdout.isTTY === true && !terminal.env['NO_COLOR'];
  const paint = createPaint(isColored);
  terminal.stdout.write(
    options.output === 'json'
      ? `${JSON.stringify(found, listSets, 2)}\n`
      : found.map((each) => renderTokenExplanation(each, request, paint)).join('\n'),
  );
  if (found.every(({ decision }) => decision.kind === 'denial')) {
    throw createError('MAYFLY_POLICY_DENIED', {});
  }
}

function listSets(_: string, value: unknown): unknown {
  return value instanceof Set ? [...(value as ReadonlySet<unknown>)] : value;
}

const timeoutMs = 60_000;

async function readCluster(options: ExplainTokenOptions): Promise<readonly StoredObject[]> {
  const end = keepProgramAlive();
  try {
    const { api } = await openPersonCluster(options);
    return await readClusterPolicy(api, options.policy, AbortSignal.timeout(timeoutMs));
  } finally {
    end();
  }
}

/** The policy of that name, and the TokenIssuers. Throws `MAYFLY_POLICY_NOT_FOUND`. */
export async function readClusterPolicy(
  api: KubeApi,
  place: string,
  signal: AbortSignal,
): Promise<readonly StoredObject[]> {
  const [namespace = '', name = ''] = place.split('/');
  const kind = namespace === 'cluster' ? 'ClusterAccessPolicy' : 'AccessPolicy';
  const scope = namespace === 'cluster' ? {} : { namespace };
  const target = { resource: ownResources[kind], ...scope, name };
  const policy = name === '' ? null : await api.get(target, { signal });
  if (policy === null) throw createError('MAYFLY_POLICY_NOT_FOUND', { place });
  const documents: unknown[] = [{ ...policy, apiVersion, kind }];
  const query = { resource: ownResources.TokenIssuer };
  for await (const issuer of listObjects(api, query, { signal })) {
    documents.push({ ...issuer, apiVersion, kind: 'TokenIssuer' });
  }
  return documents.flatMap((document) => readDocument(document) ?? []);
}
