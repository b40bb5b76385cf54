import type { Claims } from '../identity.ts';
import {
  keepTold,
  noFacts,
  readAnyClaims,
  readText,
  type ParsedClaims,
} from '../read-attributes.ts';

const jobUrl = /^https:\/\/[\w.:-]+(?:\/[\w.~%-]+)*\/$/u;
const number = /^\d+$/u;

/** Jenkins with the plug-in `oidc-provider`, whose claims are templates of the administrator's. */
export function parseJenkinsClaims(claims: Claims): ParsedClaims {
  const job = readText(claims['sub']);
  const build = readText(claims['build_number']) ?? '';
  const runUrl = job !== null && jobUrl.test(job) && number.test(build) ? `${job}${build}/` : null;
  return {
    ...noFacts,
    attributes: new Map([...readAnyClaims(claims), ...keepTold([['job', job]])]),
    unit: runUrl,
    runUrl,
  };
}
