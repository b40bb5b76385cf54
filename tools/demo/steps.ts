import type { Narrator } from './narrator.ts';
import type { Publisher } from './publisher.ts';
import type { Scenery, SeenSecret } from './scenery.ts';
import { waitUntil } from './wait-until.ts';
import { demoTtl } from './workspace.ts';

export interface Stage {
  readonly narrator: Narrator;
  readonly publisher: Publisher;
  /** The age recipient that the publisher encrypts to. */
  readonly recipient: string;
  readonly scenery: Scenery;
}

const database = 'secrets/database.yaml';
const mail = 'secrets/mail.yaml';

/** The main job from the first secret to its end, each step checked; a step that is not seen throws. */
export async function playSteps(stage: Stage): Promise<void> {
  const { narrator, scenery } = stage;
  await narrator.step(`the secrets appear, ${scenery.form}`, () => seeSecrets(stage));
  await narrator.step('a push changes one of them', () => changeByPush(stage));
  await narrator.step('an edit by hand is repaired', () => repair(stage, scenery.edit));
  await narrator.step(`${scenery.part} deleted by hand comes back`, () =>
    repair(stage, scenery.damage),
  );
  await narrator.step('a tampered commit is refused, the last good secret stays', () =>
    refuseTampering(stage),
  );
  await narrator.step('the next honest commit is followed again', () => recover(stage));
  await narrator.step('a force-push is refused', () => refuseRewind(stage));
  await narrator.step('a file removed by a commit: its secret is deleted', () => removeFile(stage));
  await narrator.step('the branch is deleted: what is left expires', () => expire(stage));
}

/** Writes a Secret manifest with random values and encrypts it; nobody ever prints them. */
async function writeManifest(
  { publisher, recipient }: Pick<Stage, 'publisher' | 'recipient'>,
  path: string,
  keys: readonly string[],
): Promise<void> {
  const name = path.replace(/^.*\/|\.yaml$/gu, '');
  const values = keys.map((key) => `  ${key}: ${crypto.randomUUID()}`);
  const lines = ['apiVersion: v1', 'kind: Secret', 'metadata:', `  name: ${name}`, 'stringData:'];
  await publisher.writeFile(path, `${[...lines, ...values].join('\n')}\n`);
  await publisher.encrypt(path, recipient);
}

export async function writeFirstFiles(
  parts: Pick<Stage, 'publisher' | 'recipient'>,
): Promise<void> {
  await writeManifest(parts, database, ['username', 'password']);
  await writeManifest(parts, mail, ['token']);
}

async function seeSecrets({ scenery }: Stage): Promise<readonly string[]> {
  const seen = await waitUntil('two secrets', async () => {
    const secrets = await scenery.readSecrets();
    return secrets.length === 2 ? secrets : null;
  });
  const status = await scenery.readStatus();
  return [...seen.map(renderSeen), '', `$ ${scenery.command}`, ...status.trimEnd().split('\n')];
}

async function changeByPush(stage: Stage): Promise<readonly string[]> {
  const before = await readOne(stage, 'database');
  await writeManifest(stage, database, ['username', 'password', 'host']);
  const commit = await stage.publisher.publish('add the host');
  const after = await waitUntil('the changed secret', async () => {
    const secret = await readOne(stage, 'database');
    return secret !== null && secret.fingerprint !== before?.fingerprint ? secret : null;
  });
  return [`commit ${commit} → ${renderSeen(after)}`];
}

async function repair(
  stage: Stage,
  damage: (name: string) => Promise<void>,
): Promise<readonly string[]> {
  const good = await readOne(stage, 'database');
  await damage('database');
  const begun = performance.now();
  await waitUntil('the repair', async () => {
    const secret = await readOne(stage, 'database');
    return secret?.fingerprint === good?.fingerprint ? secret : null;
  });
  return [`as it was again after ${Math.round(performance.now() - begun)} ms`];
}

async function refuseTampering(stage: Stage): Promise<readonly string[]> {
  const good = await readOne(stage, 'database');
  const text = await stage.publisher.readFile(database);
  await stage.publisher.writeFile(database, swapValues(text));
  const commit = await stage.publisher.publish('swap two encrypted values');
  const told = await waitForMessage(stage, 'MAYFLY_SOPS_');
  const now = await readOne(stage, 'database');
  if (now?.fingerprint !== good?.fingerprint) throw new Error('the tampered secret was written');
  return [`commit ${commit}`, ...told];
}

/** Exchanges the ciphertexts of two values: each is a genuine one, only not where it belongs. */
function swapValues(text: string): string {
  const [first, second] = [...text.matchAll(/^ {4}\w+: (ENC\[[^\]]+\])$/gmu)].map(
    ([, value]) => value,
  );
  if (first === undefined || second === undefined) throw new Error('no two encrypted values');
  return text.replace(first, '\0').replace(second, first).replace('\0', second);
}

async function recover(stage: Stage): Promise<readonly string[]> {
  const before = await readOne(stage, 'database');
  await writeManifest(stage, database, ['username', 'password', 'host']);
  const commit = await stage.publisher.publish('encrypt it anew');
  await waitUntil('the honest commit', async () => {
    const secret = await readOne(stage, 'database');
    return secret?.fingerprint === before?.fingerprint ? null : secret;
  });
  return [`commit ${commit}`];
}

async function refuseRewind(stage: Stage): Promise<readonly string[]> {
  const { publisher } = stage;
  const honest = await publisher.git('rev-parse', 'HEAD');
  await publisher.git('reset', '--quiet', '--hard', 'HEAD~2');
  await writeManifest(stage, mail, ['token', 'planted']);
  await publisher.publish('rewrite history', '--force');
  const told = await waitForMessage(stage, 'MAYFLY_GIT_REWIND');
  const after = await readOne(stage, 'mail');
  if (after?.keys.includes('planted') === true) throw new Error('the rewritten history was taken');
  await publisher.git('reset', '--quiet', '--hard', honest);
  await publisher.git('push', '--quiet', '--force', 'origin', 'HEAD:main');
  return told;
}

async function removeFile(stage: Stage): Promise<readonly string[]> {
  await stage.publisher.git('rm', '--quiet', mail);
  const commit = await stage.publisher.publish('the mail account is no more');
  await waitUntil('the deletion', async () =>
    (await readOne(stage, 'mail')) === null ? true : null,
  );
  return [`commit ${commit} → mail is gone, database stays`];
}

async function expire(stage: Stage): Promise<readonly string[]> {
  await stage.publisher.git('push', '--quiet', 'origin', '--delete', 'main');
  await waitUntil(
    'the end of the lease',
    async () => ((await stage.scenery.readSecrets()).length === 0 ? true : null),
    30,
  );
  return [
    `nothing left (the lease was ${demoTtl} here: this demo sets lease.minTtl low; the default is 1h)`,
  ];
}

async function waitForMessage({ scenery }: Stage, code: string): Promise<readonly string[]> {
  const status = await waitUntil(`a message with ${code}`, async () => {
    const text = await scenery.readStatus();
    return text.includes(code) ? text : null;
  });
  return [`${scenery.command} says:`, ...status.trimEnd().split('\n')];
}

function renderSeen({ name, keys }: SeenSecret): string {
  return `${name}: ${keys.length} ${keys.length === 1 ? 'key' : 'keys'} (${keys.join(', ')})`;
}

async function readOne({ scenery }: Stage, name: string): Promise<SeenSecret | null> {
  const secrets = await scenery.readSecrets();
  return secrets.find((secret) => secret.name === name) ?? null;
}
