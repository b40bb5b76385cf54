import type { Claims, Exposure } from '../identity.ts';
import { keepTold, readAttributes, readText, type ParsedClaims } from '../read-attributes.ts';
import { circleciAttributes } from './attribute-table.ts';

/** Of both versions of the token; the second goes on with origin and ref. */
const subject = /^org\/[^/]+\/project\/[^/]+\/user\/([^/]+)(?:\/.*)?$/u;
/** How GitHub's pull requests from forks are built, as a ref and as a branch. */
const forkRef = /^refs\/(?:heads\/)?pull\/.+$/u;

/** CircleCI. A fork that is built with secrets has the project of its target: only `origin` and `ref` show it. */
export function parseCircleciClaims(claims: Claims): ParsedClaims {
  const { sub, ...own } = claims;
  const user = subject.exec(readText(sub) ?? '')?.[1] ?? null;
  return {
    attributes: new Map([
      ...readAttributes(own, circleciAttributes),
      ...keepTold([['userId', user]]),
    ]),
    exposures: decideExposures(claims),
    unit: readText(claims['oidc.circleci.com/job-id']),
    runUrl: null,
    pod: null,
  };
}

/** Where a token does not say that nobody can enter the job, somebody may. */
function decideExposures(claims: Claims): ReadonlySet<Exposure> {
  const exposures = new Set<Exposure>();
  if (claims['oidc.circleci.com/ssh-rerun'] !== false) exposures.add('sshRerun');
  const ref = readText(claims['oidc.circleci.com/vcs-ref']) ?? '';
  if (forkRef.test(ref)) exposures.add('fork').add('pullRequest');
  return exposures;
}
