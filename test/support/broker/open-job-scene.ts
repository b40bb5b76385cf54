import type { IssuerKind } from '#core/identity/identity.ts';
import { createIssuer, type TestIssuer } from '#test/support/issuer/create-issuer.ts';
import { makeClaims } from '#test/support/issuer/real-claims.ts';
import {
  openBrokerOnHttp,
  type BrokerAnswer,
  type BrokerOnHttp,
  type BrokerOnHttpOptions,
} from './open-broker-on-http.ts';

type Change = Readonly<Record<string, unknown>>;

/** A broker over HTTP, and an issuer over https whose tokens are those of a system. */
export interface JobScene {
  readonly broker: BrokerOnHttp;
  readonly issuer: TestIssuer;
  /** Replaces parts of the TokenIssuer. */
  trust(change?: Change): Promise<void>;
  /** Makes the policy that everybody asks for: for the honest job, but for what is changed of its subject. */
  allow(change?: Change): Promise<void>;
  /** A token as the system makes it for the honest job, but for what is changed. */
  sign(change?: Change, header?: Change): string;
  /** What becomes of such a token: `granted`, or the status and what the audit log has as the reason. */
  ask(change?: Change): Promise<string>;
  /** The same of a token as it is. */
  show(token: string, request?: object): Promise<string>;
  close(): Promise<void>;
}

/** The tests of a subject that the job of `makeClaims` passes. */
const honest: Partial<Record<IssuerKind, Change>> = {
  github: { ownerId: ['65'], repositoryId: ['74'], ref: ['refs/heads/main'] },
  gitlab: { projectId: ['20'], ref: ['main'], refType: ['branch'] },
  circleci: {
    organizationId: ['7c1f3b0e-0b51-4d0e-9c8b-6f0d3cbd3e55'],
    projectId: ['2b1a8f6e-31e6-4b7f-8e43-0c7b4ff1a6d2'],
  },
};

export async function openJobScene(
  kind: IssuerKind,
  options: BrokerOnHttpOptions = {},
): Promise<JobScene> {
  const [broker, issuer] = await Promise.all([openBrokerOnHttp(options), createIssuer()]);
  function sign(change: Change = {}, header: Change = {}): string {
    return issuer.sign(
      makeClaims(kind, broker.clock.now(), { iss: issuer.url, ...change }),
      header,
    );
  }
  async function show(token: string, request: object = {}): Promise<string> {
    return await tell(broker, await broker.exchange(token, request));
  }
  const scene: JobScene = {
    broker,
    issuer,
    sign,
    show,
    ask: async (change = {}) => await show(sign(change)),
    trust: async (change = {}) =>
      await broker.put('TokenIssuer', kind, {
        kind,
        issuer: issuer.url,
        ca: issuer.caPem,
        allowPrivateAddress: true,
        ...change,
      }),
    allow: async (change = {}) =>
      await broker.put('AccessPolicy', 'shop/release', {
        subjects: [{ [kind]: { issuer: kind, ...honest[kind], ...change } }],
        grants: [{ store: 'vault', paths: ['app/*'], maxTtl: '15m' }],
      }),
    close: async () => {
      await broker.close();
      await issuer.close();
    },
  };
  await scene.trust();
  await scene.allow();
  return scene;
}

/** Also that nothing else was told: a denial is the same bytes whatever its reason. */
async function tell(broker: BrokerOnHttp, { status, text }: BrokerAnswer): Promise<string> {
  const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (status === 200) return text.includes('"values"') ? 'granted' : 'another answer';
  const { error, auditId, ...more } = body;
  if (Object.keys(more).length > 0) return `${status} says ${Object.keys(more).join(', ')}`;
  const record = (await broker.readAudit()).find(({ id }) => id === auditId);
  const { clause, code } = record?.fields ?? {};
  return `${status} ${String(code ?? clause ?? error)}`;
}
