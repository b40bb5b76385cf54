import { join } from 'node:path';
import { afterAll, beforeAll, it } from '@jest/globals';
import { describeSecretStore } from '#test/contract/secret-store.ts';
import { root } from '#test/support/arch/source-files.ts';
import { describeWithParts } from '#test/support/describe-with-parts.ts';
import type { KubeWorld } from '#test/support/kube-world/create-kube-world.ts';
import { describeWorld, expectNoCrash, withLogs } from '#test/support/kube-world/describe-world.ts';
import { measure } from '#test/support/kube-world/measure.ts';
import { requirePart, whyMissing } from '#test/support/parts.ts';
import {
  createAnsweringServer,
  type AnsweringServer,
} from '#test/support/stores/create-answering-server.ts';
import { furnishKubernetesLogin } from '#test/support/stores/furnish-kubernetes-login.ts';
import { openKubeStore } from '#test/support/stores/open-kube-store.ts';
import { openRealVault, type OpenVault } from '#test/support/vault/open-real-vault.ts';

const long = 180_000;
const title = 'stores in a cluster';

async function applyObject(world: KubeWorld, object: object): Promise<void> {
  const stdin = JSON.stringify({ apiVersion: 'mayfly.dev/v1alpha1', ...object });
  await world.cluster.kubectl(['apply', '-f', '-'], { stdin });
}

/** What the tests of a cluster share. */
interface Scene {
  readonly world: KubeWorld;
  readonly vault: OpenVault;
  readonly redirecting: AnsweringServer;
}

function provider({ vault }: Scene, change: object = {}): object {
  const login = { method: 'kubernetes', role: '{{namespace}}-reader' };
  return { vault: { address: vault.url, ca: vault.caPem, login, ...change } };
}

/** Waits for `status reason` of a condition. */
async function untilSaid(
  { world }: Scene,
  place: readonly [string, string],
  words: string,
): Promise<void> {
  const [name, type] = place;
  let seen = '';
  const isSaid = async (): Promise<boolean> => {
    const found = await world.readCondition(`stores/${name}`, type);
    seen = `${found?.status ?? ''} ${found?.reason ?? ''}`;
    return seen === words;
  };
  await measure(`${name} says ${words}`, isSaid, 30_000).catch((error: unknown) => {
    throw new Error(`${String(error)}, but says ${seen}`);
  });
}

async function applyStore({ world }: Scene, name: string, spec: object): Promise<void> {
  await applyObject(world, { kind: 'Store', metadata: { name, namespace: 'shop' }, spec });
}

function describeLogins(scene: () => Scene): void {
  it(
    'are reached, and accept the login of their service account',
    async () => {
      await withLogs(scene().world, async () => {
        const spec = { provider: provider(scene()), serviceAccountName: 'mayfly-store' };
        await applyStore(scene(), 'vault', spec);
        await untilSaid(scene(), ['vault', 'LoginAccepted'], 'True Succeeded');
        await untilSaid(scene(), ['vault', 'Ready'], 'True Answers');
      });
    },
    long,
  );

  it(
    'say that no token may be asked for, where the account has another name',
    async () => {
      const spec = { provider: provider(scene()), serviceAccountName: 'unbound' };
      await applyStore(scene(), 'unbound', spec);
      await untilSaid(scene(), ['unbound', 'LoginAccepted'], 'False KubeForbidden');
    },
    long,
  );

  it(
    'say that the login is not accepted',
    async () => {
      const login = { method: 'kubernetes', role: 'shop-nobody' };
      const spec = { provider: provider(scene(), { login }), serviceAccountName: 'mayfly-store' };
      await applyStore(scene(), 'nobody', spec);
      await untilSaid(scene(), ['nobody', 'Ready'], 'False StoreLoginDenied');
      await untilSaid(scene(), ['nobody', 'Reachable'], 'True Succeeded');
    },
    long,
  );

  it(
    'of the kind kubernetes accept the login of their service account',
    async () => {
      const spec = { provider: { kubernetes: {} }, serviceAccountName: 'mayfly-store' };
      await applyStore(scene(), 'own', spec);
      await untilSaid(scene(), ['own', 'LoginAccepted'], 'True Succeeded');
    },
    long,
  );
}

function describeEscapes(scene: () => Scene): void {
  it.each([
    ['elsewhere', { address: 'https://elsewhere.test' }, 'False TenancyStoreAddress'],
    ['metadata', { address: 'https://169.254.169.254' }, 'False TenancyStoreAddress'],
    ['admin', { login: { method: 'kubernetes', role: 'admin' } }, 'False TenancyStoreRole'],
    ['audience', { audience: 'https://other.test' }, 'False TenancyStoreAudience'],
  ])(
    'of a tenant that wants out are refused by a named clause: %s',
    async (name, change, words) => {
      await applyStore(scene(), name, { provider: provider(scene(), change) });
      await untilSaid(scene(), [name, 'Ready'], words);
    },
    long,
  );

  it(
    'do not follow a redirect to an allowed store either',
    async () => {
      const change = { address: scene().redirecting.url, ca: scene().redirecting.caPem };
      await applyStore(scene(), 'redirecting', { provider: provider(scene(), change) });
      await untilSaid(scene(), ['redirecting', 'Reachable'], 'False StoreRedirect');
    },
    long,
  );

  it(
    'say that they are sealed, and go on afterwards',
    async () => {
      await scene().vault.seal();
      await applyStore(scene(), 'sealed', { provider: provider(scene()) });
      await untilSaid(scene(), ['sealed', 'Ready'], 'Unknown StoreSealed');
      await scene().vault.unseal();
      await untilSaid(scene(), ['sealed', 'Ready'], 'True Answers');
      expectNoCrash(scene().world);
    },
    long,
  );
}

async function describeStores(program: () => Promise<string>): Promise<void> {
  await describeWorld(title, { controllers: true }, (world) => {
    let vault: OpenVault;
    let redirecting: AnsweringServer;

    beforeAll(async () => {
      vault = await openRealVault(await program());
      redirecting = await createAnsweringServer();
      redirecting.answer((response) => {
        response.writeHead(307, { location: `${vault.url}/v1/sys/health` }).end();
      });
      await furnishKubernetesLogin(world().cluster, vault);
      const component = join(root, 'manifests/components/store-logins/rbac.yaml');
      await world().kubectl('apply', '-f', component);
      for (const name of ['mayfly-store', 'unbound', 'reader']) {
        await world().kubectl('create', 'serviceaccount', name, '-n', 'shop');
      }
      const addresses = [vault.url, redirecting.url, 'https://169.254.169.254'];
      await applyObject(world(), {
        kind: 'TenantPolicy',
        metadata: { name: 'shop' },
        spec: {
          namespaceSelector: { matchNames: ['shop'] },
          stores: { addresses: addresses.slice(0, 2), roles: ['{{namespace}}-*'] },
        },
      });
      const replica = await world().addReplica('one');
      await replica.start();
    }, long);

    afterAll(async () => {
      await vault.close();
      await redirecting.close();
    }, long);

    const scene = (): Scene => ({ world: world(), vault, redirecting });
    describeScene(scene);
  });
}

function describeScene(scene: () => Scene): void {
  describeLogins(scene);
  describeEscapes(scene);
  describeSecretStore('of the Secrets of a namespace', async () =>
    openKubeStore(scene().world.cluster),
  );
}

if (whyMissing('vault') === null) {
  await describeStores(async () => await requirePart('vault'));
} else {
  const absent = (): Scene => {
    throw new Error('there is no Vault');
  };
  await describeWithParts(['vault'], title, () => {
    describeScene(absent);
  });
}
