import type { Claims, Exposure } from '../identity.ts';
import { readAttributes, readText, type ParsedClaims } from '../read-attributes.ts';
import { githubAttributes } from './attribute-table.ts';

/** Their code, or what they work on, may be of anybody who opens a pull request, also from a fork. */
const forkEvents = new Set(['pull_request_target', 'workflow_run', 'issue_comment']);
const pullRequestEvents = /^pull_request(?:_.*)?$/u;

/**
 * GitHub Actions. The attributes come from the claims of their own and never from `sub`: an environment, or a template of
 * the owner, replaces what it says, and since 2026 it has ids in it.
 */
export function parseGithubClaims(claims: Claims): ParsedClaims {
  return {
    attributes: readAttributes(claims, githubAttributes),
    exposures: decideExposures(claims),
    unit: readText(claims['check_run_id']),
    runUrl: renderRunUrl(claims),
    pod: null,
  };
}

/** A token that does not say what started the run may be for a pull request. */
function decideExposures(claims: Claims): ReadonlySet<Exposure> {
  const event = readText(claims['event_name']);
  const ref = readText(claims['ref']) ?? '';
  if (event === null || forkEvents.has(event)) return new Set(['fork', 'pullRequest']);
  const isPullRequest = pullRequestEvents.test(event) || ref.startsWith('refs/pull/');
  return new Set(isPullRequest ? ['pullRequest'] : []);
}

const shared = /^https:\/\/token\.actions\.githubusercontent\.com(?:\/[^/]+)?$/u;
const resident = /^https:\/\/token\.actions\.([a-z0-9-]+\.ghe\.com)(?:\/[^/]+)?$/u;
const server = /^(https:\/\/[^/]+)\/_services\/token$/u;
const repositoryShape = /^[\w.-]+\/[\w.-]+$/u;
const number = /^\d+$/u;

function renderRunUrl(claims: Claims): string | null {
  const [repository, run] = [readText(claims['repository']), readText(claims['run_id'])];
  const site = findSite(readText(claims['iss']) ?? '');
  if (site === null || repository === null || run === null) return null;
  if (!repositoryShape.test(repository) || !number.test(run)) return null;
  return `${site}/${repository}/actions/runs/${run}`;
}

/** Where the people of an issuer are: the shared one, of an enterprise, with data residency, of a server of their own. */
function findSite(issuer: string): string | null {
  if (shared.test(issuer)) return 'https://github.com';
  const tenant = resident.exec(issuer)?.[1];
  return tenant === undefined ? (server.exec(issuer)?.[1] ?? null) : `https://${tenant}`;
}
