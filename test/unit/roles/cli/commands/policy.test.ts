import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cliCommands } from '#roles/cli/registry.ts';
import { runCli } from '#roles/cli/run-cli.ts';
import { createFakeTerminal } from '#test/support/cli/fake-terminal.ts';
import { githubClaims } from '#test/support/policies/an-identity.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

const issuer = `apiVersion: mayfly.dev/v1alpha1
kind: TokenIssuer
metadata: { name: github }
spec: { kind: github, issuer: 'https://token.actions.githubusercontent.com' }
---
`;

function policyOf(github: string, name = 'release'): string {
  return `apiVersion: mayfly.dev/v1alpha1
kind: AccessPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  subjects: [{ github: { issuer: github, ${github} } }]
  grants: [{ store: cluster/vault, paths: ['app/*'], maxTtl: 15m }]
---
`;
}

const good = policyOf("ownerId: ['1'], repositoryId: ['2'], ref: [refs/heads/main, refs/tags/v*]");
const open = policyOf("owner: ['shop*'], ref: [main]", 'open');

let folder = '';
let remove = async (): Promise<void> => undefined;

beforeEach(async () => {
  ({ path: folder, remove } = await createTempFolder());
  await write('good.yaml', issuer + good);
  await write('open.yaml', open);
});

afterEach(async () => await remove());

async function write(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

async function run(
  args: readonly string[],
  input = '',
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const terminal = createFakeTerminal(args, { input });
  const code = await runCli(terminal, cliCommands);
  return { code, out: terminal.out().toString(), err: terminal.err() };
}

describe('mayfly policy lint', () => {
  it('passes policies that let nobody else in', async () => {
    const { code, out } = await run(['policy', 'lint', join(folder, 'good.yaml')]);
    expect(code).toBe(0);
    expect(out).toContain('ok       AccessPolicy shop/release');
    expect(out).toContain('ok       TokenIssuer github');
  });

  it('tells every fault of the others, how to mend it and where it was made before', async () => {
    const files = ['good.yaml', 'open.yaml'].map((name) => join(folder, name));
    const { code, out, err } = await run(['policy', 'lint', ...files]);
    expect(code).toBe(2);
    expect(out).toContain('refused  AccessPolicy shop/open');
    expect(out).toContain('subjects[0].github.owner has a *');
    expect(out).toContain('[MAYFLY_POLICY_REF_SHORT]');
    expect(out).toContain('    hint: add the id beside the name');
    expect(out).toContain('    see:  https://');
    expect(err).toContain('MAYFLY_POLICY_REFUSED');
  });

  it('answers in JSON when asked', async () => {
    const { out } = await run(['policy', 'lint', '-o', 'json', join(folder, 'open.yaml')]);
    expect(JSON.parse(out)).toMatchObject([
      { object: 'AccessPolicy shop/open', ok: false, errors: [{ source: /^https:/u }, {}, {}, {}] },
    ]);
  });

  it('tells of files beside them that have none, and refuses what is beside those', async () => {
    const others = await write('others.yaml', open.replace('AccessPolicy', 'AccesPolicy'));
    const issuers = await write('issuers.yaml', issuer);
    const files = [
      others,
      issuers,
      ...['good.yaml', 'open.yaml'].map((name) => join(folder, name)),
    ];
    const { code, out, err } = await run(['policy', 'lint', ...files]);
    expect(code).toBe(2);
    expect(err).toMatch(new RegExp(`^mayfly: ${others} has no policy in it\nmayfly: error: `, 'u'));
    expect(out.match(/^(?:ok|refused) /gmu)).toHaveLength(4);
  });

  it('is told of a file without a policy', async () => {
    const file = await write('none.yaml', issuer);
    const { code, err } = await run(['policy', 'lint', file]);
    expect(code).toBe(2);
    expect(err).toContain('MAYFLY_POLICY_NOT_FOUND');
  });
});

describe('mayfly policy test', () => {
  const claims = JSON.stringify(githubClaims);
  const pull = JSON.stringify({ ...githubClaims, event_name: 'pull_request' });

  function casesOf(...cases: readonly string[]): string {
    return `policy: { file: good.yaml }\ncases:\n${cases.map((each) => `  - ${each}\n`).join('')}`;
  }

  it('passes when all come out as expected', async () => {
    const cases = casesOf(
      `{ name: main, claims: ${claims}, references: ['cluster/vault:app/db'], expect: grant }`,
      `{ name: pull request, claims: ${pull}, expect: deny, clause: 'subjects[0].github.allow' }`,
      `{ name: nobody, claims: {}, expect: deny }`,
    );
    const { code, out } = await run(['policy', 'test', await write('cases.yaml', cases)]);
    expect(out).toContain('ok      main');
    expect(out).toContain('deny at subjects[0].github.allow');
    expect(code).toBe(0);
  });

  it('fails for one that does not, with what was decided', async () => {
    const cases = casesOf(
      `{ name: main, claims: ${claims}, expect: deny }`,
      `{ name: pull, claims: ${pull}, expect: deny, clause: 'subjects[0].github.ref' }`,
      `{ name: other, claims: ${claims}, references: ['cluster/vault:b'], expect: grant }`,
    );
    const file = await write('cases.yaml', cases);
    const { code, out, err } = await run(['policy', 'test', file]);
    expect(code).toBe(2);
    expect(out).toContain(`failed  main (${file}): expected deny, but grant`);
    expect(out).toContain('expected deny at subjects[0].github.ref, but deny at subjects[0]');
    expect(out).toContain('but deny at grants (references[0])');
    expect(err).toContain('MAYFLY_POLICY_CASES');
    const json = await run(['policy', 'test', '-o', 'json', file]);
    expect(JSON.parse(json.out)).toMatchObject([{ name: 'main', ok: false }, {}, {}]);
  });

  it.each([
    ['policy: { file: gone.yaml }\ncases: [{ name: a, expect: deny }]', 'MAYFLY_FILE_MISSING'],
    ['policy: { file: open.yaml }\ncases: [{ name: a, expect: deny }]', 'MAYFLY_POLICY_'],
    ['policy: { file: two.yaml }\ncases: [{ name: a, expect: deny }]', 'MAYFLY_CLI_USAGE'],
    ['policy: { file: good.yaml, name: b/c }\ncases: [{ name: a, expect: deny }]', 'NOT_FOUND'],
    ['policy: { file: good.yaml }\ncases: []', 'MAYFLY_OBJECT_FIELD_INVALID'],
    [casesOf('{ name: a, token: x, expect: deny }'), 'MAYFLY_TOKEN_MALFORMED'],
    [casesOf('{ name: a, references: [a], expect: deny }'), 'MAYFLY_CLI_USAGE'],
  ])('is told what is wrong with its files: %s', async (cases, code) => {
    await write('two.yaml', good + policyOf("ownerId: ['1'], repositoryId: ['2']", 'other'));
    const { err } = await run(['policy', 'test', await write('cases.yaml', cases)]);
    expect(err).toContain(code);
  });

  it('chooses one of several policies by its name', async () => {
    await write('two.yaml', good + policyOf("ownerId: ['1'], repositoryId: ['3']", 'other'));
    const cases = `policy: { file: two.yaml, name: shop/other }\ncases: [{ name: a, claims: ${claims}, expect: deny, clause: 'subjects[0].github.repositoryId' }]`;
    expect((await run(['policy', 'test', await write('cases.yaml', cases)])).code).toBe(0);
  });
});

describe('mayfly explain token', () => {
  function tokenOf(claims: object): string {
    const part = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${part({ not: 'checked' })}`;
  }

  function explain(input: string, ...more: readonly string[]): ReturnType<typeof run> {
    return run(['explain', 'token', '--policy', join(folder, 'good.yaml'), ...more], input);
  }

  it('tells that a token would be granted, and who else would be', async () => {
    const { code, out } = await explain(`${tokenOf(githubClaims)}\n`);
    expect(code).toBe(0);
    expect(out).toContain('shop/release: would grant, for 900 s at most');
    expect(out).toContain('pass  subjects[0].github.repositoryId');
    expect(out).toContain('also matches: ref "refs/heads/main" or "refs/tags/v*"');
    expect(out).toMatch(/also matches, whatever they are: .*environment.*jobWorkflow/u);
  });

  it('names each clause that fails', async () => {
    const { ref: _, ...rest } = githubClaims;
    const claims = { ...rest, repository_id: '9', event_name: 'pull_request' };
    const { code, out, err } = await explain(JSON.stringify(claims));
    expect(code).toBe(3);
    expect(out).toContain('would deny, at subjects[0].github.allow');
    expect(out).toContain('fail  subjects[0].github.repositoryId\n');
    expect(out).toContain('fail  subjects[0].github.ref: the token does not say');
    expect(err).toContain('MAYFLY_POLICY_DENIED');
  });

  it('knows the issuer where its TokenIssuer is beside the policy', async () => {
    const { out } = await explain(tokenOf({ ...githubClaims, iss: 'https://other.test' }));
    expect(out).toContain('would deny, at subjects[0].github.issuer');
  });

  it('looks at what is asked for', async () => {
    const { out } = await explain(tokenOf(githubClaims), '--reference', 'cluster/vault:b');
    expect(out).toContain('would deny, at grants (references[0])');
  });

  it('tells which keys of a path a client of Vault would get', async () => {
    const file = await write('keys.yaml', good.replace("['app/*'],", "['app/*'], keys: [b, a],"));
    const asked = ['--policy', file, '--reference', 'cluster/vault:app/db'];
    const explain = ['explain', 'token', ...asked];
    const input = tokenOf(githubClaims);
    expect((await run(explain, input)).out).toContain('would deny, at grants (references[0])');
    const { code, out } = await run([...explain, '--vault-client'], input);
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('of cluster/vault:app/db the keys a, b'),
    ]);
    const json = await run([...explain, '--vault-client', '-o', 'json'], input);
    expect(JSON.parse(json.out)).toMatchObject([{ decision: { keys: [['b', 'a']] } }]);
  });

  it('tells of a policy that only audits', async () => {
    const audited = good.replace('spec:', 'spec:\n  mode: Audit');
    const file = await write('audit.yaml', audited);
    const { out } = await run(['explain', 'token', '--policy', file], tokenOf(githubClaims));
    expect(out).toContain('the mode is Audit');
  });

  it('answers in JSON when asked', async () => {
    const { out } = await explain(tokenOf(githubClaims), '-o', 'json');
    expect(JSON.parse(out)).toMatchObject([
      {
        policy: 'shop/release',
        decision: { kind: 'grant' },
        subjects: [{ clauses: [{}, {}, {}, {}, {}] }],
      },
    ]);
  });

  it('never says anything of what it cannot read', async () => {
    const { err } = await explain('canary-token');
    expect(err).toContain('MAYFLY_TOKEN_MALFORMED');
    expect(err).not.toContain('canary');
  });
});
