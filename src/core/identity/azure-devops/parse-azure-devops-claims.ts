import type { Claims, Exposure } from '../identity.ts';
import { keepTold, readAttributes, readText, type ParsedClaims } from '../read-attributes.ts';
import { azureDevOpsAttributes } from './attribute-table.ts';

/** Names may hold spaces and colons, and no slash. */
const subject = /^(?<scheme>p|sc):\/\/(?<organization>[^/]+)\/(?<project>[^/]+)\/(?<name>[^/]+)$/u;
const entraSubject =
  /^\/eid1\/c\/[a-z]+\/t\/[\w-]+\/a\/[\w-]+\/sc\/(?<organizationId>[0-9a-f-]{36})\/(?<serviceConnectionId>[0-9a-f-]{36})$/u;
const issuer = /^https:\/\/vstoken\.dev\.azure\.com\/(?<organizationId>[0-9a-f-]{36})$/u;
const number = /^\d+$/u;

/**
 * Azure DevOps. The token of a pipeline says what it runs; that of a service connection does not: there the checks and the
 * rule for forks of the connection itself decide who gets one.
 */
export function parseAzureDevOpsClaims(claims: Claims): ParsedClaims {
  const { sub, ...own } = claims;
  const { scheme, name, ...names } = matchGroups(subject, sub);
  const isPipeline = scheme === 'p';
  const told = {
    ...matchGroups(issuer, claims['iss']),
    ...names,
    ...matchGroups(entraSubject, sub),
    ...(name === undefined ? {} : { [isPipeline ? 'pipeline' : 'serviceConnection']: name }),
  };
  return {
    attributes: new Map([
      ...keepTold(Object.entries(told)),
      ...readAttributes(own, azureDevOpsAttributes),
    ]),
    exposures: isPipeline ? decideExposures(claims) : new Set(),
    unit: readText(claims['run_id']),
    runUrl: isPipeline ? renderRunUrl(claims, told) : null,
    pod: null,
  };
}

function matchGroups(pattern: RegExp, value: unknown): Readonly<Record<string, string>> {
  return pattern.exec(readText(value) ?? '')?.groups ?? {};
}

/** A pull request may be from a fork: the token does not tell. */
function decideExposures(claims: Claims): ReadonlySet<Exposure> {
  const ref = readText(claims['rpo_ref']) ?? 'refs/pull/';
  return new Set(ref.startsWith('refs/pull/') ? ['fork', 'pullRequest'] : []);
}

function renderRunUrl(
  claims: Claims,
  { organization = '', project = '' }: Readonly<Record<string, string>>,
): string | null {
  const run = readText(claims['run_id']) ?? '';
  const place = `${encodeURIComponent(organization.toWellFormed())}/${encodeURIComponent(project.toWellFormed())}`;
  return number.test(run) ? `https://dev.azure.com/${place}/_build/results?buildId=${run}` : null;
}
