import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aManifest, createWorld, type World } from '#test/support/standalone/create-world.ts';
import { until } from '#test/support/until.ts';

const long = 120_000;
const canary = 'canary-0f5c1d7e9b3a4682';
let world: World;

beforeEach(async () => {
  world = await createWorld();
}, long);

afterEach(async () => {
  await world.remove();
}, long);

async function untilSecret(name: string, values: Record<string, string> | null): Promise<void> {
  const wanted = JSON.stringify(values);
  await until(async () => JSON.stringify(await world.readSecret(name)) === wanted);
}

async function untilReady(): Promise<void> {
  await until(async () => (await world.run('status', '--config', world.config)).code === 0);
}

/** Every place of the machine where something of the program is left, but the secrets themselves. */
async function readEverything(pid: number): Promise<string> {
  const texts = [await world.readLog()];
  for (const file of ['cmdline', 'environ']) {
    texts.push(await readFile(`/proc/${pid}/${file}`, 'utf8'));
  }
  const entries = await readdir(world.state, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    texts.push(await readFile(join(entry.parentPath, entry.name), 'latin1'));
  }
  for (const format of ['table', 'json']) {
    const { stdout, stderr } = await world.run('status', '--config', world.config, '-o', format);
    texts.push(stdout, stderr);
  }
  return texts.join('\n');
}

describe('mayfly standalone', () => {
  it(
    'brings encrypted files of git to files of this machine, and leaves no value elsewhere',
    async () => {
      const commit = await world.publish({
        'secrets/db.yaml': aManifest('db', { user: 'app', password: canary }),
        'secrets/mail.yaml': aManifest('mail', { token: canary }),
      });
      const { pid = 0 } = await world.start();
      await untilSecret('db', { password: canary, user: 'app' });
      await untilSecret('mail', { token: canary });
      await untilReady();
      const { stdout } = await world.run('status', '--config', world.config, '-o', 'json');
      expect(JSON.parse(stdout)).toMatchObject({
        objects: [
          { kind: 'GitSource', namespace: 'shop', name: 'config', ready: 'True', revision: commit },
          { kind: 'EphemeralSecret', name: 'all', ready: 'True', secrets: 2, revision: commit },
        ],
        faults: [],
      });
      const everything = await readEverything(pid);
      for (const encoding of ['utf8', 'base64', 'hex'] as const) {
        const encoded = Buffer.from(canary).toString(encoding).replaceAll('=', '');
        expect(everything.includes(encoded)).toBe(false);
      }
      expect((await stat(join(world.root, 'status.sock'))).mode & 0o777).toBe(0o600);
      expect((await stat(join(world.state, 'digest-key'))).mode & 0o777).toBe(0o400);
      expect((await stat(join(world.secrets, 'db/..data/password'))).mode & 0o777).toBe(0o400);
    },
    long,
  );

  it(
    'repairs what is edited or removed by hand within a second',
    async () => {
      await world.publish({ 'secrets/db.yaml': aManifest('db', { user: 'app' }) });
      await world.start();
      await untilSecret('db', { user: 'app' });
      await untilReady();
      const file = join(world.secrets, 'db/..data/user');
      for (const damage of [
        async () => {
          await chmod(file, 0o600);
          await writeFile(file, 'evil');
        },
        async () => await rm(file),
        async () => await rm(join(world.secrets, 'db'), { recursive: true }),
      ]) {
        const begun = performance.now();
        await damage();
        await untilSecret('db', { user: 'app' });
        expect(performance.now() - begun).toBeLessThan(1_000);
        await untilReady();
      }
    },
    long,
  );

  it(
    'follows objects: hooks run on a change, and what is no longer asked for is deleted',
    async () => {
      const out = join(world.root, 'out');
      await world.configure(
        `hooks: { note: { argv: [/bin/sh, -c, 'echo "$MAYFLY_CHANGED" >> ${out}'] } }`,
      );
      await world.writeObjects({ secret: '  restart: [note]' });
      await world.publish({ 'secrets/db.yaml': aManifest('db', { user: 'app' }) });
      await world.start();
      await untilSecret('db', { user: 'app' });
      await until(async () => (await readFile(out, 'utf8').catch(() => '')) === 'shop/all\n');
      await world.publish({ 'secrets/db.yaml': aManifest('db', { user: 'app2' }) });
      const { code } = await world.run('reconcile', 'shop/config', '--config', world.config);
      expect(code).toBe(0);
      await untilSecret('db', { user: 'app2' });
      await until(async () => (await readFile(out, 'utf8')) === 'shop/all\nshop/all\n');
      await rm(join(world.root, 'objects/shop.yaml'));
      await untilSecret('db', null);
      await until(async () => (await readdir(world.secrets)).length === 0);
    },
    long,
  );

  it(
    'lets secrets expire when their source refuses, and no sooner',
    async () => {
      await world.writeObjects({ secret: '  ttl: 5s' });
      await world.publish({ 'secrets/db.yaml': aManifest('db', { user: 'app' }) });
      await world.start();
      await untilSecret('db', { user: 'app' });
      await world.git('push', '--quiet', 'origin', '--delete', 'main');
      const deleted = performance.now();
      await until(async () => {
        const { stdout } = await world.run('status', '--config', world.config);
        return stdout.includes('MAYFLY_GIT_');
      });
      await untilSecret('db', null);
      expect(performance.now() - deleted).toBeLessThan(10_000);
    },
    long,
  );

  it(
    'goes on after a clean stop where it was',
    async () => {
      await world.publish({ 'secrets/db.yaml': aManifest('db', { user: 'app' }) });
      await world.start();
      await untilSecret('db', { user: 'app' });
      await untilReady();
      const before = await stat(join(world.secrets, 'db/..data/user'));
      expect(await world.end('SIGTERM')).toBe(0);
      expect(await world.readSecret('db')).toEqual({ user: 'app' });
      await world.start();
      await untilReady();
      const after = await stat(join(world.secrets, 'db/..data/user'));
      expect(after.ino).toBe(before.ino);
      expect(await world.end('SIGTERM')).toBe(0);
    },
    long,
  );
});
