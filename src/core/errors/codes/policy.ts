import type { CatalogueEntry } from '../kinds.ts';

/** Access policies. `{clause}` is the part of the spec, such as `subjects[0].github.ref`; no value is ever quoted. */
export const policyCodes = {
  MAYFLY_POLICY_ISSUER_UNKNOWN: {
    kind: 'invalid',
    message: '{clause} names no valid TokenIssuer',
    hint: 'correct the name, or ask the administrator for a TokenIssuer; its conditions say what is wrong with it',
  },
  MAYFLY_POLICY_ISSUER_KIND: {
    kind: 'invalid',
    message: '{clause} names a TokenIssuer of kind {kind}',
    hint: 'name a TokenIssuer of the system that the subject is of',
  },
  MAYFLY_POLICY_TENANT_MISSING: {
    kind: 'invalid',
    message: '{clause} tests none of {ids}: jobs of everybody at that issuer could match',
    hint: 'add one of them, an id if there is one',
  },
  MAYFLY_POLICY_TENANT_WILDCARD: {
    kind: 'invalid',
    message: '{clause} has a * in what tells one tenant from another',
    hint: 'write whole values there; a list may hold several',
  },
  MAYFLY_POLICY_NAME_ALONE: {
    kind: 'invalid',
    message:
      '{clause} stands without {id}: after a rename or a deletion somebody else may have that name',
    hint: 'add the id beside the name, or accept the risk with acceptNames: true',
  },
  MAYFLY_POLICY_OWNER_ALONE: {
    kind: 'invalid',
    message:
      '{clause} takes every repository or project of its owner, also those that are made tomorrow',
    hint: 'add the id of a repository, project or pipeline, or the workflow that has to run',
  },
  MAYFLY_POLICY_PREFIX: {
    kind: 'invalid',
    message: '{clause} has a * right beside a word: what only begins or ends so matches too',
    hint: 'put a separator between them, such as release-* or release/*',
  },
  MAYFLY_POLICY_REF_TYPE: {
    kind: 'invalid',
    message:
      '{clause} does not say whether a branch or a tag is meant: a tag of that name would match',
    hint: 'write refs/heads/ or refs/tags/ in full, or add refType',
  },
  MAYFLY_POLICY_REF_SHORT: {
    kind: 'invalid',
    message: '{clause} is no full ref, so it never matches',
    hint: 'write it as refs/heads/BRANCH or refs/tags/TAG',
  },
  MAYFLY_POLICY_REF_ANY: {
    kind: 'invalid',
    message: '{clause} holds for every branch: whoever may push one passes',
    hint: 'name branches, or add refProtected: true; leave the test out where every branch is meant',
  },
  MAYFLY_POLICY_ENVIRONMENT_ALONE: {
    kind: 'invalid',
    message: '{clause} is made by whoever writes to the repository and names it in a job',
    hint: 'add a ref, refProtected: true, the id or the protection of the environment, or the workflow',
  },
  MAYFLY_POLICY_WORKFLOW_OPEN: {
    kind: 'invalid',
    message: '{clause} does not pin repository, file and ref of what runs',
    hint: 'write OWNER/REPOSITORY/.github/workflows/FILE@refs/heads/BRANCH, of gitlab HOST/PROJECT//FILE@REF; * may stand for a file or a part of the ref',
  },
  MAYFLY_POLICY_FORK_OPEN: {
    kind: 'invalid',
    message:
      '{clause} lets jobs in that work on the code of strangers, and does not say what they run',
    hint: 'leave it out, or pin what runs with workflow, jobWorkflow or configFile',
  },
  MAYFLY_POLICY_NEVER: {
    kind: 'invalid',
    message: '{clause} never holds: jobs for pull requests are refused',
    hint: 'add allow: [pullRequest], and read what it lets in',
  },
  MAYFLY_POLICY_SELF_HOSTED: {
    kind: 'invalid',
    message:
      '{clause} names machines of your own for code that strangers may write: it can stay there and wait for the next job',
    hint: 'take self-hosted runners out, or pull requests, forks and public repositories',
  },
  MAYFLY_POLICY_ORIGIN_MISSING: {
    kind: 'invalid',
    message: '{clause} may be the branch of a fork: the token of one differs in its origin alone',
    hint: 'add origin beside it',
  },
  MAYFLY_POLICY_GRANT_EVERYTHING: {
    kind: 'invalid',
    message: '{clause} gives CI jobs everything in the store',
    hint: 'begin the path with a segment that is written out',
  },
  MAYFLY_POLICY_DEFAULT_ACCOUNT: {
    kind: 'invalid',
    message: '{clause} is the account of every pod that names none',
    hint: 'give the pods a service account of their own',
  },
  MAYFLY_POLICY_NOT_FOUND: {
    kind: 'invalid',
    message: 'there is no access policy: {place}',
    hint: 'name a file with an AccessPolicy or a ClusterAccessPolicy in it, or one of the cluster as NAMESPACE/NAME or cluster/NAME',
  },
  MAYFLY_POLICY_REFUSED: {
    kind: 'invalid',
    message: 'policies that are refused: {count}',
    hint: 'each fault is told above, with what to do',
  },
  MAYFLY_POLICY_CASES: {
    kind: 'invalid',
    message: 'cases that do not come out as expected: {count}',
    hint: 'mayfly explain token shows each clause; change the policy, or what the case expects',
  },
  MAYFLY_POLICY_DENIED: {
    kind: 'denied',
    message: 'the token would be denied',
    hint: 'the clause that fails is told above',
  },
} as const satisfies Record<string, CatalogueEntry>;
