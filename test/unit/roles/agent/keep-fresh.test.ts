import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createError } from '#core/errors/mayfly-error.ts';
import type { AgentPlan } from '#core/injection/agent-plan.ts';
import { readReadiness } from '#roles/agent/ready.ts';
import { aPlanFile, aPlanStore, aPlanVariable } from '#test/support/agent/a-plan.ts';
import { createAgentRig, type AgentRig } from '#test/support/agent/create-agent-rig.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';
import { until } from '#test/support/until.ts';

const minute = 60_000;
const hour = 60 * minute;
const unavailable = createError('MAYFLY_STORE_UNAVAILABLE', { store: 'vault', reason: 'refused' });

let rig: AgentRig;
let plan: AgentPlan;

beforeEach(async () => {
  rig = await createAgentRig();
  rig.store.put('secret/data/shop', { password: 'first' });
  plan = rig.plan();
});

afterEach(async () => {
  await rig.close();
});

function messages(): readonly string[] {
  return rig.logger.lines.map(({ message }) => message);
}

/** A plan of one file with a password that the store makes anew for each read, for an hour. */
function leasedPlan(): AgentPlan {
  rig.store.putLeased('database/creds/app', (count) => ({ password: `made-${count}` }), hour);
  return rig.plan({ files: [aPlanFile({ reference: 'vault:database/creds/app#password' })] });
}

/** Renews and reads come at their own times; the files are written by the system in its own time. */
async function pass(ms: number): Promise<void> {
  for (let done = 0; done < ms; done += minute)
    await rig.clock.advance(Math.min(minute, ms - done));
}

describe('mayfly agent sidecar', () => {
  it('fetches and refreshes with one login, and is ready from the first files on', async () => {
    await expectCode(readReadiness(plan), 'MAYFLY_AGENT_NOT_READY');
    await rig.start('sidecar', plan);
    expect(rig.read('password')).toBe('first');
    await until(
      async () => (await readReadiness(plan).catch(() => '')) === 'ready {"troubles":[]}',
    );
    rig.store.put('secret/data/shop', { password: 'second' });
    await pass(6 * minute);
    await until(() => rig.read('password') === 'second');
    expect(rig.store.logins).toBe(1);
  });

  it('does not take the files of an agent before it for its own', async () => {
    await rig.start('sidecar', plan);
    await until(async () => (await readReadiness(plan).catch(() => '')) !== '');
    await rig.stop();
    rig.store.breakWith(unavailable);
    await rig.start('sidecar', plan);
    await expectCode(readReadiness(plan), 'MAYFLY_AGENT_NOT_READY');
    expect(rig.read('password')).toBe('first');
  });

  it('writes nothing when nothing has changed', async () => {
    await rig.start('sidecar', plan);
    const before = readdirSync(rig.path('.')).toSorted();
    await pass(30 * minute);
    expect(rig.store.reads.length).toBeGreaterThan(4);
    expect(readdirSync(rig.path('.')).toSorted()).toEqual(
      [...new Set([...before, '..agent'])].toSorted(),
    );
  });

  it('removes the old version a moment after the swap', async () => {
    await rig.start('sidecar', plan);
    rig.store.put('secret/data/shop', { password: 'second' });
    await pass(7 * minute);
    await until(
      () => readdirSync(rig.path('.')).filter((name) => name.startsWith('..v-')).length === 1,
    );
    expect(rig.read('password')).toBe('second');
  });

  it('renews a lease at two thirds of it, give or take a tenth, and keeps what was read', async () => {
    await rig.start('sidecar', leasedPlan());
    await pass(35 * minute);
    expect(rig.store.openLeases).toHaveLength(1);
    await pass(10 * hour);
    expect(rig.store.reads).toEqual(['database/creds/app']);
    expect([rig.read('password'), rig.store.logins]).toEqual(['made-1', 1]);
    expect(rig.store.openLeases).toEqual(['database/creds/app/lease-1']);
  });

  it('logs in anew and reads leases again where the store ended everything', async () => {
    await rig.start('sidecar', leasedPlan());
    rig.store.endAll();
    writeFileSync(rig.tokenPath, 'token-2');
    rig.store.acceptOnly('token-2');
    await pass(hour);
    await until(() => rig.read('password') === 'made-2');
    expect(rig.store.logins).toBe(2);
    expect(rig.store.openLeases).toEqual(['database/creds/app/lease-2']);
  });

  it('gives memory back once after each time of work', async () => {
    await rig.start('sidecar', plan);
    await pass(4 * minute);
    expect(rig.collections()).toBe(1);
    await pass(30 * minute);
    expect(rig.collections()).toBe(rig.store.reads.length);
  });

  it('gives its logins back within its bound when it is told to end, and wipes what it held', async () => {
    const countUnwiped = trackSecrets();
    await rig.start('sidecar', plan);
    await rig.stop();
    expect([rig.exits, rig.store.openLogins, countUnwiped()]).toEqual([[0], 0, 0]);
  });

  it('exits with 0 also when the store does not take the login back', async () => {
    await rig.start('sidecar', plan);
    rig.store.breakWith(unavailable);
    await rig.stop();
    expect(rig.exits).toEqual([0]);
    expect(messages()).toContain('the login could not be given back: it ends by itself');
  });
});

describe('through an outage', () => {
  it('keeps the files, stays ready, says so once, and catches up', async () => {
    await rig.start('sidecar', plan);
    rig.store.breakWith(unavailable);
    await pass(3 * hour);
    expect(rig.read('password')).toBe('first');
    const ready = await readReadiness(plan);
    expect(ready).toMatch(/"what":"vault","since":"2026-.*"code":"MAYFLY_STORE_UNAVAILABLE"/u);
    expect(messages().filter((text) => text === 'what was read before is kept')).toHaveLength(1);
    rig.store.breakWith(null);
    rig.store.put('secret/data/shop', { password: 'second' });
    await pass(3 * minute);
    await until(() => rig.read('password') === 'second');
    await until(async () => (await readReadiness(plan)) === 'ready {"troubles":[]}');
    expect(messages()).toContain('up to date again');
    expect(rig.exits).toEqual([]);
  });

  it('asks less and less often', async () => {
    await rig.start('sidecar', plan);
    await pass(7 * minute);
    rig.store.breakWith(createError('MAYFLY_STORE_UNAVAILABLE', { store: 'vault', reason: 'x' }));
    await pass(hour);
    const tries = rig.logger.lines.filter(({ fields }) => fields.error !== undefined).length;
    expect(tries).toBeGreaterThan(30);
    expect(tries).toBeLessThan(150);
  });

  it('says that a lease has ended that it could not renew', async () => {
    await rig.start('sidecar', leasedPlan());
    rig.store.breakWith(unavailable);
    await pass(hour + 2 * minute);
    expect(messages()).toContain('a lease has ended before it could be renewed');
    expect(rig.read('password')).toBe('made-1');
    rig.store.breakWith(null);
    await pass(3 * minute);
    await until(() => rig.read('password') === 'made-2');
  });

  it('of one store goes on with the other one', async () => {
    rig.storeOf('cluster/other').put('kv/key', { value: 'one' });
    const { tokenPath } = rig;
    const stores = [aPlanStore({ tokenPath }), aPlanStore({ name: 'cluster/other', tokenPath })];
    const other = aPlanFile({ path: 'other', reference: 'cluster/other:kv/key#value' });
    await rig.start('sidecar', rig.plan({ stores, files: [aPlanFile(), other] }));
    rig.store.breakWith(unavailable);
    rig.storeOf('cluster/other').put('kv/key', { value: 'two' });
    await pass(7 * minute);
    await until(() => rig.read('other') === 'two');
    expect(rig.read('password')).toBe('first');
  });

  it('does not log in over and over for a path that is no longer allowed', async () => {
    const both = [...leasedPlan().files, aPlanFile({ name: 'static', path: 'static' })];
    await rig.start('sidecar', rig.plan({ files: both }));
    rig.store.forbid('secret/data/shop');
    await pass(30 * minute);
    expect(rig.store.openLogins).toBe(1);
    expect(rig.store.reads.filter((path) => path === 'database/creds/app')).toHaveLength(1);
    expect([rig.read('static'), rig.read('password')]).toEqual(['first', 'made-1']);
  });

  it('writes again by itself what could not be written, and asks no store for it', async () => {
    await rig.start('sidecar', plan);
    await pass(minute);
    const folder = rig.path('.');
    renameSync(folder, `${folder}-gone`);
    rig.store.put('secret/data/shop', { password: 'second' });
    await pass(6 * minute);
    expect(rig.codes()).toContain('MAYFLY_FILE_WRITE_FAILED');
    renameSync(`${folder}-gone`, folder);
    const reads = rig.store.reads.length;
    await pass(2 * minute);
    await until(() => rig.read('password') === 'second');
    expect(rig.store.reads).toHaveLength(reads);
    expect(messages()).toContain('up to date again');
  });

  it('keeps the files when a key is gone, and says which', async () => {
    await rig.start('sidecar', plan);
    rig.store.put('secret/data/shop', { other: 'key' });
    await pass(7 * minute);
    expect(rig.read('password')).toBe('first');
    await until(async () => (await readReadiness(plan)).includes('MAYFLY_AGENT_KEY_MISSING'));
    rig.store.put('secret/data/shop', { password: 'third' });
    await pass(7 * minute);
    await until(() => rig.read('password') === 'third');
  });
});

describe('on a change', () => {
  it('signals once for each change of files and never for the first ones', async () => {
    await rig.start('sidecar', rig.plan({ onChange: { kind: 'signal', signal: 'SIGHUP' } }));
    await pass(12 * minute);
    expect(rig.signals).toEqual([]);
    rig.store.put('secret/data/shop', { password: 'second' });
    await pass(7 * minute);
    await until(() => rig.signals.length > 0);
    expect(rig.signals).toEqual(['SIGHUP']);
  });

  it('ends with the code that has the pod restarted, and gives its login back', async () => {
    await rig.start('sidecar', rig.plan({ onChange: { kind: 'restart' } }));
    await pass(12 * minute);
    expect(rig.exits).toEqual([]);
    rig.store.put('secret/data/shop', { password: 'second' });
    await pass(7 * minute);
    await until(() => rig.exits.length > 0);
    expect([rig.exits, rig.store.openLogins, rig.read('password')]).toEqual([[10], 0, 'second']);
  });

  it('has the pod restarted for a variable too', async () => {
    const variables = [aPlanVariable()];
    const plans = { variables, files: [], envPath: rig.envPath };
    await rig.start('sidecar', rig.plan({ ...plans, onChange: { kind: 'restart' } }));
    rig.store.put('secret/data/shop', { password: 'second' });
    await pass(7 * minute);
    await until(() => rig.exits.length > 0);
    expect(rig.exits).toEqual([10]);
  });

  it('signals nobody unless asked', async () => {
    await rig.start('sidecar', plan);
    rig.store.put('secret/data/shop', { password: 'second' });
    await pass(7 * minute);
    await until(() => readFileSync(rig.path('password'), 'utf8') === 'second');
    expect(rig.signals).toEqual([]);
  });
});
