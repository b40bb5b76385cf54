import type { Claims, Exposure } from '../identity.ts';
import { readAttributes, readText, type ParsedClaims } from '../read-attributes.ts';
import { buildkiteAttributes } from './attribute-table.ts';

const slug = /^[\w-]+$/u;
const number = /^\d+$/u;

/** Buildkite. A pull request shows only by its branch, and only where branches of forks are prefixed (the default). */
export function parseBuildkiteClaims(claims: Claims): ParsedClaims {
  return {
    attributes: readAttributes(claims, buildkiteAttributes),
    exposures: decideExposures(claims),
    unit: readText(claims['job_id']),
    runUrl: renderRunUrl(claims),
    pod: null,
  };
}

/** `OWNER:BRANCH` is of a fork: no branch of git has a colon. */
function decideExposures(claims: Claims): ReadonlySet<Exposure> {
  const isFork = (readText(claims['build_branch']) ?? '').includes(':');
  return new Set(isFork ? ['fork', 'pullRequest'] : []);
}

function renderRunUrl(claims: Claims): string | null {
  const names = ['organization_slug', 'pipeline_slug'].map((name) => readText(claims[name]) ?? '');
  const build = readText(claims['build_number']) ?? '';
  const isKnown = names.every((name) => slug.test(name)) && number.test(build);
  return isKnown ? `https://buildkite.com/${names.join('/')}/builds/${build}` : null;
}
