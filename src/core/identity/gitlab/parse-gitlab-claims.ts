import type { Claims, Exposure } from '../identity.ts';
import { readAttributes, readText, type ParsedClaims } from '../read-attributes.ts';
import { gitlabAttributes } from './attribute-table.ts';

const mergeRequests = new Set(['merge_request_event', 'external_pull_request_event']);

/**
 * GitLab CI. `project_…` is where the code is from and `job_project_…` where the job runs; the latter is there from 18.3,
 * and up to 18.2.1 the former was where the job runs.
 */
export function parseGitlabClaims(claims: Claims): ParsedClaims {
  return {
    attributes: readAttributes(claims, gitlabAttributes),
    exposures: decideExposures(claims),
    unit: readText(claims['job_id']),
    runUrl: renderRunUrl(claims),
    pod: null,
  };
}

/**
 * A pipeline that another one started does not say whether that was for a merge request; its ref is protected only where
 * those who may merge were asked. Without the project in which a merge request runs it may be of a fork.
 */
function decideExposures(claims: Claims): ReadonlySet<Exposure> {
  const exposures = new Set<Exposure>();
  const [own, run] = [readText(claims['project_id']), readText(claims['job_project_id'])];
  const source = readText(claims['pipeline_source']) ?? 'merge_request_event';
  const isUnknown = source === 'parent_pipeline' && claims['ref_protected'] !== 'true';
  const isMergeRequest = mergeRequests.has(source) || isUnknown;
  if (isMergeRequest) exposures.add('pullRequest');
  if (run === null ? isMergeRequest : run !== own) exposures.add('fork');
  return exposures;
}

const siteShape = /^https:\/\/[^?#\s]+$/u;
const pathShape = /^[\w./-]+$/u;
const number = /^\d+$/u;

function renderRunUrl(claims: Claims): string | null {
  const path = readText(claims['job_project_path']) ?? readText(claims['project_path']) ?? '';
  const [site, job] = [readText(claims['iss']) ?? '', readText(claims['job_id']) ?? ''];
  const isKnown = siteShape.test(site) && pathShape.test(path) && number.test(job);
  return isKnown ? `${site}/${path}/-/jobs/${job}` : null;
}
