import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { aPlanFile, aPlanVariable } from '#test/support/agent/a-plan.ts';
import {
  createAgentPod,
  type AgentPod,
  type RunningAgent,
} from '#test/support/agent/create-agent-pod.ts';
import { canary, findCanary } from '#test/support/canary/find-canary.ts';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import { describeWithParts } from '#test/support/describe-with-parts.ts';
import { until } from '#test/support/until.ts';
import { openRealVault, type OpenVault } from '#test/support/vault/open-real-vault.ts';

let vault: OpenVault;
let pod: AgentPod;
let running: RunningAgent | null = null;

for (const name of ['vault', 'openbao'] as const) {
  await describeWithParts([name], `the agent at a real ${name}`, ({ [name]: program }) => {
    beforeAll(async () => {
      vault = await openRealVault(program);
    }, 60_000);
    afterAll(() => vault.close());
    beforeEach(async () => {
      await put({ password: canary });
      pod = await createAgentPod(vault);
    });
    afterEach(async () => {
      await running?.stop();
      running = null;
      await pod.remove();
    });

    describe('init', describeInit);
    describe('sidecar', describeSidecar);
  });
}

async function put(data: Readonly<Record<string, string>>): Promise<void> {
  await vault.root.call('POST', 'secret/data/team/agent', { data });
}

const files = [aPlanFile({ reference: 'vault:secret/data/team/agent#password' })];

/** Keeps it, so that it ends with the test. */
function start(...args: Parameters<AgentPod['start']>): RunningAgent {
  running = pod.start(...args);
  return running;
}

/** The accessors of the logins that it has said. */
function accessors({ said }: RunningAgent): readonly string[] {
  return [...said().matchAll(/"accessor":"([^"]+)"/gu)].map((found) => found[1] ?? '');
}

async function isOpen(accessor: string): Promise<boolean> {
  const asked = vault.root.call('POST', 'auth/token/lookup-accessor', { accessor });
  return await asked.then(
    () => true,
    () => false,
  );
}

/** Nothing of the value, in any encoding, in what others can see of it. */
function findLeaks(agent: RunningAgent, shown: string): readonly string[] {
  return findCanary(`${agent.said()}${shown}${readFileSync(pod.terminationPath, 'utf8')}`);
}

function describeInit(): void {
  it('writes a file, variables, and a template, gives its login back and ends', async () => {
    const template =
      '{{ with secret "secret/data/team/agent" }}pw={{ .Data.data.password }}{{ end }}';
    const made = aPlanFile({ name: 'made', path: 'made', reference: null, template });
    const reference = 'vault:secret/data/team/agent#password';
    const variables = [aPlanVariable({ reference })];
    const { envPath } = pod;
    const agent = start('init', pod.plan({ files: [...files, made], variables, envPath }));
    const shown = agent.shown();
    expect(await agent.exited).toBe(0);
    expect([pod.read('password'), pod.read('made')]).toEqual([canary, `pw=${canary}`]);
    expect(readFileSync(envPath, 'utf8')).toBe(`PASSWORD='${canary}'\n`);
    expect(await Promise.all(accessors(agent).map(isOpen))).toEqual([false]);
    expect(findLeaks(agent, shown)).toEqual([]);
  });

  it.each([
    [
      'a role that is none',
      { login: { method: 'jwt', mount: 'jwt', role: 'other' } },
      'LOGIN_DENIED',
    ],
    ['a CA that is another', { ca: null }, 'CERTIFICATE'],
    ['a name that the certificate does not bear', { serverName: 'other.test' }, 'CERTIFICATE_NAME'],
  ] as const)('ends after its deadline with %s, and says why', async (_, store, code) => {
    const agent = start('init', pod.plan({ files, deadlineMs: 1500 }, store));
    expect(await agent.exited).toBe(3);
    const told = readFileSync(pod.terminationPath, 'utf8');
    expect(told).toContain(`[MAYFLY_STORE_${code}]`);
    expect(told).toContain('store=vault');
  });

  it('names the path that it may not read, and never a value', async () => {
    const other = aPlanFile({ name: 'b', path: 'b', reference: 'vault:secret/data/other#key' });
    const agent = start('init', pod.plan({ files: [...files, other], deadlineMs: 1500 }));
    expect(await agent.exited).toBe(3);
    const told = readFileSync(pod.terminationPath, 'utf8');
    expect(told).toContain('store=vault path=secret/data/other role=app status=403');
    expect(findLeaks(agent, '')).toEqual([]);
  });

  it('ends with 75 where nothing listens', async () => {
    const [port = 0] = await findFreePorts(1);
    const plan = pod.plan({ files, deadlineMs: 1500 }, { address: `https://127.0.0.1:${port}` });
    const agent = start('init', plan);
    expect(await agent.exited).toBe(75);
    expect(agent.said()).toContain('MAYFLY_STORE_UNAVAILABLE');
  });
}

function describeSidecar(): void {
  it('shows a new version soon, and never anything leaks', async () => {
    const agent = start('sidecar', pod.plan({ files, refreshMs: 300 }));
    await until(async () => (await askReady()) === 0);
    expect(pod.read('password')).toBe(canary);
    const shown = agent.shown();
    await put({ password: `${canary}-2` });
    await until(() => pod.read('password') === `${canary}-2`);
    expect(findLeaks(agent, shown)).toEqual([]);
    expect(accessors(agent)).toHaveLength(1);
  });

  it('gives its login and its leases back when it is told to end, and exits with 0', async () => {
    const reference = 'vault:database/creds/app';
    const leased = aPlanFile({ name: 'db', path: 'db', reference, format: 'json' });
    const agent = start('sidecar', pod.plan({ files: [...files, leased] }));
    await until(() => agent.said().includes('values written'));
    const { username } = JSON.parse(pod.read('db')) as { readonly username: string };
    expect(username).toMatch(/\S/u);
    const [accessor = ''] = accessors(agent);
    expect(await isOpen(accessor)).toBe(true);
    expect(await agent.stop()).toBe(0);
    expect(await isOpen(accessor)).toBe(false);
    expect(agent.said()).not.toContain(username);
  });

  it('keeps the files through a sealed store, stays ready, and catches up', async () => {
    const agent = start('sidecar', pod.plan({ files, refreshMs: 300 }));
    await until(() => agent.said().includes('values written'));
    await vault.seal();
    await until(() => agent.said().includes('what was read before is kept'));
    expect(pod.read('password')).toBe(canary);
    expect(await askReady()).toBe(0);
    await vault.unseal();
    await put({ password: 'after the outage' });
    await until(() => pod.read('password') === 'after the outage');
    expect(agent.said()).toContain('up to date again');
  });

  it('logs in with the token that there is now when its login was ended', async () => {
    const agent = start('sidecar', pod.plan({ files, refreshMs: 300 }));
    await until(() => agent.said().includes('values written'));
    await pod.writeToken(vault.tokens.make({ jti: 'another' }));
    const [accessor = ''] = accessors(agent);
    await vault.root.call('POST', 'auth/token/revoke-accessor', { accessor });
    await until(() => accessors(agent).length === 2);
    await put({ password: 'with another login' });
    await until(() => pod.read('password') === 'with another login');
  });

  it('is not ready before its first files, and ends with 0 when it is told so meanwhile', async () => {
    const missing = [aPlanFile({ reference: 'vault:secret/data/team/nothing#key' })];
    const agent = start('sidecar', pod.plan({ files: missing }));
    await until(() => agent.said().includes('MAYFLY_STORE_NOT_FOUND'));
    expect(await askReady()).toBe(75);
    const [accessor = ''] = accessors(agent);
    expect(await agent.stop()).toBe(0);
    expect(await isOpen(accessor)).toBe(false);
  });
}

async function askReady(): Promise<number | null> {
  return await pod.start('ready', pod.plan({ files })).exited;
}
