import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createError } from '#core/errors/mayfly-error.ts';
import { aPlanFile, aPlanStore, aPlanVariable } from '#test/support/agent/a-plan.ts';
import { createAgentRig, type AgentRig } from '#test/support/agent/create-agent-rig.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';

let rig: AgentRig;

beforeEach(async () => {
  rig = await createAgentRig();
  rig.store.put('secret/data/shop', { password: 'first', user: 'shop', empty: '', quoted: "it's" });
});

afterEach(async () => {
  await rig.close();
});

const unavailable = createError('MAYFLY_STORE_UNAVAILABLE', {
  store: 'vault',
  reason: 'ECONNRESET',
});

describe('mayfly agent init', () => {
  it('writes files with their modes, gives its login back and exits with 0', async () => {
    const files = [
      aPlanFile({ mode: 0o400 }),
      aPlanFile({
        name: 'all',
        path: 'app/all.json',
        reference: 'vault:secret/data/shop',
        format: 'json',
      }),
    ];
    await rig.start('init', rig.plan({ files }));
    expect(rig.exits).toEqual([0]);
    expect(rig.read('password')).toBe('first');
    expect(JSON.parse(rig.read('app/all.json'))).toMatchObject({ password: 'first', user: 'shop' });
    expect([rig.mode('password'), rig.mode('app/all.json')]).toEqual([0o400, 0o440]);
    expect(rig.store.openLogins).toBe(0);
  });

  it('reads each path once, with one login, however many files are made of it', async () => {
    const template = '{{ with secret "secret/data/shop" }}{{ .Data.data.user }}{{ end }}';
    const files = [
      aPlanFile(),
      aPlanFile({ name: 'user', path: 'user', reference: 'vault:secret/data/shop#user' }),
      aPlanFile({ name: 'made', path: 'made', reference: null, template }),
    ];
    const variables = [aPlanVariable()];
    await rig.start('init', rig.plan({ files, variables, envPath: rig.envPath }));
    expect(rig.exits).toEqual([0]);
    expect([rig.store.reads, rig.store.logins]).toEqual([['secret/data/shop'], 1]);
    expect([rig.read('password'), rig.read('user'), rig.read('made')]).toEqual([
      'first',
      'shop',
      'shop',
    ]);
    expect(readFileSync(rig.envPath, 'utf8')).toBe("PASSWORD='first'\n");
  });

  it('reads versions apart from each other', async () => {
    rig.store.put('secret/data/shop', { password: 'second' });
    const files = [
      aPlanFile(),
      aPlanFile({ name: 'old', path: 'old', reference: 'vault:secret/data/shop#password@1' }),
    ];
    await rig.start('init', rig.plan({ files }));
    expect([rig.read('password'), rig.read('old')]).toEqual(['second', 'first']);
  });

  it('reads several stores, each with its own login', async () => {
    rig.storeOf('cluster/other').put('kv/key', { value: 'from the other' });
    const stores = [
      aPlanStore({ tokenPath: rig.tokenPath }),
      aPlanStore({ name: 'cluster/other', tokenPath: rig.tokenPath }),
    ];
    const other = aPlanFile({
      name: 'other',
      path: 'other',
      reference: 'cluster/other:kv/key#value',
      store: 'cluster/other',
    });
    await rig.start('init', rig.plan({ stores, files: [aPlanFile(), other] }));
    expect([rig.read('password'), rig.read('other')]).toEqual(['first', 'from the other']);
    expect([rig.store.logins, rig.storeOf('cluster/other').logins]).toEqual([1, 1]);
  });

  it('leaves a login with leases open, and says so', async () => {
    rig.store.putLeased(
      'database/creds/app',
      (count) => ({ password: `made-${count}` }),
      3_600_000,
    );
    const files = [aPlanFile({ reference: 'vault:database/creds/app#password' })];
    await rig.start('init', rig.plan({ files }));
    expect([rig.exits, rig.store.openLeases]).toEqual([[0], ['database/creds/app/lease-1']]);
    expect(rig.logger.lines.map(({ message }) => message)).toContain(
      'leases end when they end: only a sidecar renews them',
    );
  });

  it('leaves no secret unwiped', async () => {
    const countUnwiped = trackSecrets();
    const variables = [aPlanVariable()];
    await rig.start('init', rig.plan({ variables, envPath: rig.envPath }));
    expect([rig.exits, countUnwiped()]).toEqual([[0], 0]);
  });
});

describe('mayfly agent init, when something fails,', () => {
  it('tries again what may heal, at growing distances', async () => {
    rig.store.breakWith(unavailable);
    await rig.start('init', rig.plan());
    await rig.clock.advance(3000);
    expect(rig.exits).toEqual([]);
    const tries = rig.codes().length;
    expect(tries).toBeGreaterThanOrEqual(3);
    rig.store.breakWith(null);
    await rig.clock.advance(10_000);
    expect([rig.exits, rig.read('password')]).toEqual([[0], 'first']);
  });

  it('gives up at its deadline with the last failure', async () => {
    rig.store.breakWith(unavailable);
    await rig.start('init', rig.plan({ deadlineMs: 20_000 }));
    await rig.clock.advance(19_999);
    expect(rig.exits).toEqual([]);
    await rig.clock.advance(1);
    expect(rig.exits).toEqual([75]);
    expect(rig.terminations).toEqual([
      'mayfly: error: store vault did not answer: ECONNRESET [MAYFLY_STORE_UNAVAILABLE]\nstore=vault role=shop\n',
    ]);
  });

  it('waits for a token that the kubelet has not written yet', async () => {
    const missing = `${rig.tokenPath}-later`;
    await rig.start('init', rig.plan({ stores: [aPlanStore({ tokenPath: missing })] }));
    expect(rig.codes()).toEqual(['MAYFLY_AGENT_TOKEN']);
    writeFileSync(missing, 'token-2');
    await rig.clock.advance(1000);
    expect(rig.exits).toEqual([0]);
  });

  it.each([
    ['a missing key', 'vault:secret/data/shop#absent', 'MAYFLY_AGENT_KEY_MISSING'],
    ['a path that cannot be one', 'vault:secret/da ta#password', 'MAYFLY_STORE_PATH_INVALID'],
  ])('ends at once for %s', async (_, reference, code) => {
    await rig.start('init', rig.plan({ files: [aPlanFile({ reference })] }));
    expect(rig.exits).toEqual([2]);
    expect(rig.terminations.join('')).toContain(`[${code}]`);
    expect(rig.store.openLogins).toBe(0);
  });

  it('names store, path and role where it was not allowed to read', async () => {
    rig.store.forbid('secret/data/shop');
    await rig.start('init', rig.plan({ deadlineMs: 1000 }));
    await rig.clock.advance(1000);
    expect(rig.exits).toEqual([3]);
    expect(rig.terminations.join('')).toContain('store=vault path=secret/data/shop role=shop');
  });

  it('ends at once for a reference that is none, and for a template that is none', async () => {
    await rig.start('init', rig.plan({ files: [aPlanFile({ reference: 'vault:a//b' })] }));
    const template = '{{ exec "rm" }}';
    await rig.start('init', rig.plan({ files: [aPlanFile({ reference: null, template })] }));
    await rig.start('init', rig.plan({ files: [aPlanFile({ reference: 'other:a#b' })] }));
    expect(rig.exits).toEqual([2, 2, 2]);
    expect(rig.terminations.map((text) => /\[(MAYFLY_\w*)\]/u.exec(text)?.[1])).toEqual([
      'MAYFLY_AGENT_PLAN',
      'MAYFLY_TEMPLATE_FUNCTION',
      'MAYFLY_AGENT_PLAN',
    ]);
  });

  it('says when nothing came before the deadline', async () => {
    const login = new Promise<never>(() => undefined);
    Object.assign(rig.store, { login: () => (rig.logger.info('asked'), login) });
    await rig.start('init', rig.plan({ deadlineMs: 5000 }));
    await rig.clock.advance(5000);
    expect(rig.terminations.join('')).toContain('[MAYFLY_AGENT_DEADLINE]');
  });

  it('exits with 0 when it is asked to end, and gives its login back', async () => {
    rig.store.forbid('secret/data/shop');
    await rig.start('init', rig.plan());
    expect(rig.store.openLogins).toBe(1);
    await rig.stop();
    expect([rig.exits, rig.store.openLogins, rig.terminations]).toEqual([[0], 0, []]);
  });
});

describe('variables', () => {
  it('are refused by name when a value does not fit', async () => {
    const variables = [aPlanVariable({ reference: 'vault:secret/data/shop#quoted' })];
    await rig.start('init', rig.plan({ files: [], variables, envPath: rig.envPath }));
    expect(rig.exits).toEqual([2]);
    expect(rig.terminations.join('')).toContain('PASSWORD');
    expect(rig.terminations.join('')).not.toContain("it's");
    expect(existsSync(rig.envPath)).toBe(false);
  });

  it('are left out where they are optional and there is nothing', async () => {
    const variables = [
      aPlanVariable(),
      aPlanVariable({ key: 'EMPTY', reference: 'vault:secret/data/shop#empty', optional: true }),
      aPlanVariable({ key: 'ABSENT', reference: 'vault:secret/data/shop#absent', optional: true }),
      aPlanVariable({ key: 'NOWHERE', reference: 'vault:secret/data/none#a', optional: true }),
    ];
    await rig.start('init', rig.plan({ files: [], variables, envPath: rig.envPath }));
    expect([rig.exits, readFileSync(rig.envPath, 'utf8')]).toEqual([[0], "PASSWORD='first'\n"]);
  });

  it('must be one value', async () => {
    const variables = [aPlanVariable({ reference: 'vault:secret/data/shop' })];
    await rig.start('init', rig.plan({ files: [], variables, envPath: rig.envPath }));
    expect(rig.terminations.join('')).toContain('MAYFLY_AGENT_NOT_ONE_VALUE');
  });

  it('are quoted for a shell', async () => {
    const variables = [aPlanVariable({ reference: 'vault:secret/data/shop#quoted' })];
    const shell = { envVia: 'shell', envPath: rig.envPath } as const;
    await rig.start('init', rig.plan({ files: [], variables, ...shell }));
    expect(readFileSync(rig.envPath, 'utf8')).toBe("export PASSWORD='it'\\''s'\n");
  });
});
