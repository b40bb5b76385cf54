import { chmod, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  aSecret,
  aSource,
  createStage,
  stageNamespace,
  type Stage,
} from '#test/support/stage/create-stage.ts';
import type { KillableMessage } from '#test/support/stage/killable-program.ts';
import {
  seeLeftovers,
  seeSecrets,
  seeStatus,
  type SeenSecret,
} from '#test/support/stage/see-machine.ts';
import { askReconcile, startMayfly, type Mayfly } from '#test/support/stage/start-mayfly.ts';
import { untilEqual } from '#test/support/stage/until-equal.ts';

const script = fileURLToPath(new URL('../../support/stage/killable-program.ts', import.meta.url));
const minute = 60_000;
const longestTtl = 1440;

/** What one secret should be like. */
interface Wanted {
  readonly values: Readonly<Record<string, string>>;
  readonly path: string;
  /** The commit at which its file last changed. */
  readonly commit: string;
}

/** One stage, the program on it, and what the world should look like when everything is at rest. */
export class Machine {
  readonly stage: Stage;
  readonly #wanted = new Map<string, Wanted>();
  #mayfly: Mayfly | null = null;
  #round = 0;
  #hooks = 0;
  #commit = '';
  /** In minutes, from the longest that may be asked for. */
  #ttl = longestTtl;
  #isAsked = true;
  #steadyUid: string | null = null;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  get mayfly(): Mayfly {
    if (this.#mayfly === null) throw new Error('the program was not started');
    return this.#mayfly;
  }

  async start(env: Readonly<Record<string, string>> = {}): Promise<Mayfly> {
    this.#mayfly = await startMayfly(this.stage, { script, env });
    return this.#mayfly;
  }

  /** Sends the program what it answers with the steps that it has taken. */
  async tell(message: KillableMessage): Promise<readonly string[]> {
    const answer = once(this.mayfly.child, 'message') as Promise<[readonly string[]]>;
    this.mayfly.child.send(message);
    return (await answer)[0];
  }

  /** A commit that changes a secret, removes one, adds one, and leaves others; `bad` no longer verifies after it. */
  async push(): Promise<void> {
    this.#round += 1;
    const come = `s${this.#round}`;
    const gone = `s${this.#round - 1}`;
    const values = { round: `${this.#round}`, 'tls.key': 'x'.repeat(this.#round) };
    const first = this.#round === 1;
    const steady = { password: 'the same', user: 'app' };
    const bad = await this.stage.seal('bad', { password: 'good' });
    const files: Record<string, string | null> = {
      'secrets/change.yaml': await this.stage.seal('change', values),
      [`secrets/${come}.yaml`]: await this.stage.seal(come, { key: 'new' }),
      'secrets/bad.yaml': first ? bad : bad.replace(/ENC\[AES256_GCM,data:./u, '$&A'),
    };
    if (first) {
      files['secrets/steady.yaml'] = await this.stage.seal('steady', steady);
      files['hooked/hooked.yaml'] = await this.stage.seal('hooked', { round: '0' });
      this.#want('hooked', { round: '0' }, 'hooked');
    } else files[`secrets/${gone}.yaml`] = null;
    this.#wanted.delete(gone);
    this.#want('change', values);
    this.#want(come, { key: 'new' });
    if (first) this.#want('steady', steady);
    if (first) this.#want('bad', { password: 'good' });
    await this.#publish(files, ['change', come, ...(first ? ['steady', 'bad', 'hooked'] : [])]);
  }

  /** A commit for the object whose changes call a hook. */
  async pushHooked(): Promise<void> {
    this.#hooks += 1;
    const values = { round: `${this.#hooks}` };
    this.#want('hooked', values, 'hooked');
    await this.#publish({ 'hooked/hooked.yaml': await this.stage.seal('hooked', values) }, [
      'hooked',
    ]);
  }

  async editByHand(): Promise<void> {
    const file = join(this.stage.secrets, 'steady', '..data', 'password');
    await chmod(file, 0o600);
    await writeFile(file, 'by hand');
  }

  async removeByHand(): Promise<void> {
    this.#steadyUid = null;
    await rm(join(this.stage.secrets, 'steady'), { recursive: true });
  }

  /** A shorter `ttl`: every lease but that of what no longer verifies is written anew. */
  async shortenTtl(): Promise<void> {
    this.#ttl -= 1;
    await this.writeObjects();
  }

  /** Takes the object away that asks for all secrets but `hooked`, or puts it back. */
  async toggleObject(): Promise<void> {
    this.#isAsked = !this.#isAsked;
    this.#steadyUid = null;
    // A file that no longer verifies has no last good form after this.
    this.#wanted.delete('bad');
    // An object that comes back knows of no earlier commit.
    this.#noteCommit([...this.#wanted.keys()].filter((name) => name !== 'hooked'));
    await this.writeObjects();
  }

  async writeObjects(): Promise<void> {
    const ttl = `${this.#ttl}m`;
    const all = this.#isAsked ? [aSecret('all', { ttl })] : [];
    const hooked = aSecret('hooked', { ttl, path: 'hooked', restart: ['note'] });
    await this.stage.writeObjects('all.yaml', [aSource(this.stage, 'repo'), ...all, hooked]);
  }

  async expectAtRest(): Promise<void> {
    await untilEqual(async () => await this.#see(), this.#expected());
    const { steady } = await seeSecrets(this.stage);
    this.#steadyUid ??= steady?.uid ?? null;
  }

  async remove(): Promise<void> {
    await this.#mayfly?.end('SIGTERM');
    await this.stage.remove();
  }

  #want(name: string, values: Readonly<Record<string, string>>, folder = 'secrets'): void {
    this.#wanted.set(name, { values, path: `${folder}/${name}.yaml`, commit: '' });
  }

  async #publish(
    files: Readonly<Record<string, string | null>>,
    changed: readonly string[],
  ): Promise<void> {
    this.#commit = (await this.stage.work.push(files)).trim();
    this.#noteCommit(changed);
    if (this.#mayfly !== null) await askReconcile(this.stage, stageNamespace, 'repo');
  }

  #noteCommit(changed: readonly string[]): void {
    for (const name of changed) {
      const wanted = this.#wanted.get(name);
      if (wanted !== undefined) this.#wanted.set(name, { ...wanted, commit: this.#commit });
    }
  }

  async #see(): Promise<unknown> {
    const secrets = await seeSecrets(this.stage);
    const seen = Object.entries(secrets).map(([name, secret]) => [
      name,
      this.#seeSecret(name, secret),
    ]);
    return {
      secrets: Object.fromEntries(seen) as unknown,
      status: await seeStatus(this.stage),
      leftovers: await seeLeftovers(this.stage),
    };
  }

  #seeSecret(name: string, { values, entries, uid, lease }: Partial<SeenSecret>): unknown {
    if (lease === undefined) return { values, lease };
    const { path, revision } = lease;
    return {
      values,
      entries,
      isSame: name !== 'steady' || this.#steadyUid === null || uid === this.#steadyUid,
      ttl: lease.expiresAt - lease.issuedAt,
      isLive: lease.issuedAt <= Date.now() && lease.expiresAt > Date.now(),
      path,
      revision,
    };
  }

  #expected(): unknown {
    const secrets: Record<string, unknown> = {};
    for (const name of [...this.#wanted.keys()].toSorted()) {
      const wanted = this.#wanted.get(name);
      if (wanted === undefined || (!this.#isAsked && name !== 'hooked')) continue;
      secrets[name] = {
        values: wanted.values,
        entries: renderEntries(Object.keys(wanted.values)),
        isSame: true,
        // What no longer verifies keeps the lease that it has.
        ttl: (name === 'bad' ? longestTtl : this.#ttl) * minute,
        isLive: true,
        path: wanted.path,
        revision: wanted.commit,
      };
    }
    return { secrets, status: this.#expectedStatus(), leftovers: [] };
  }

  #expectedStatus(): unknown {
    const ready = { ready: 'True', revision: undefined };
    const none = { secrets: undefined, failures: [] };
    const isBad = this.#round > 1;
    const count = [...this.#wanted.keys()].filter((name) => name !== 'hooked').length;
    const all = {
      about: 'EphemeralSecret/all',
      ready: isBad ? 'False' : 'True',
      reason: isBad ? 'SopsValue' : 'Synced',
      revision: undefined,
      secrets: count,
      failures: isBad ? ['secrets/bad.yaml MAYFLY_SOPS_VALUE'] : [],
    };
    const hooked = {
      about: 'EphemeralSecret/hooked',
      ...ready,
      reason: 'Synced',
      secrets: 1,
      failures: [],
    };
    return {
      rows: [
        { about: 'GitSource/repo', ...ready, reason: 'Verified', ...none, revision: this.#commit },
        ...(this.#isAsked ? [all] : []),
        hooked,
      ],
      faults: [],
    };
  }
}

function renderEntries(keys: readonly string[]): Record<string, string> {
  const sorted = keys.toSorted();
  return Object.fromEntries(
    [
      ['..data', 'link'],
      ...sorted.map((key) => [`..data/${key}`, '100400']),
      ['..mayfly', '100400'],
      ...sorted.map((key) => [key, 'link']),
      ['version', '40700'],
      ...sorted.map((key) => [`version/${key}`, '100400']),
    ].toSorted(([left = ''], [right = '']) => (left < right ? -1 : 1)),
  ) as Record<string, string>;
}

/** A machine at rest. */
export async function createMachine(): Promise<Machine> {
  const settings = { hooks: { note: { argv: ['/bin/true'] } }, log: { level: 'debug' } };
  const machine = new Machine(await createStage({ settings }));
  await machine.writeObjects();
  await machine.push();
  return machine;
}
