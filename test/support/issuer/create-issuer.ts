import {
  answerJson,
  createAnsweringServer,
  type Answer,
  type SeenRequest,
} from '#test/support/stores/create-answering-server.ts';
import { createSigningKey, signToken, type SigningKey, type TokenParts } from './signing-key.ts';

/** What the issuer may be told to do instead of answering well. */
export type IssuerFault =
  | 'none'
  | 'error'
  | 'hang'
  | 'redirect'
  | 'huge'
  | 'garbage'
  /** The discovery document is of another issuer. */
  | 'other-issuer'
  /** The discovery document names keys without TLS. */
  | 'plain-keys';

/** An OIDC issuer over https at a loopback address, which does what it is told. */
export interface TestIssuer {
  /** The claim `iss`. */
  readonly url: string;
  readonly caPem: string;
  /** The first of the keys that are published. */
  readonly key: SigningKey;
  /** How often each was asked for. */
  readonly asked: { readonly document: number; readonly keys: number };
  /** Everything that it was asked. */
  readonly requests: readonly SeenRequest[];
  publish(...keys: readonly SigningKey[]): void;
  /** Publishes these members of `keys`, whatever they are. */
  publishMembers(members: readonly unknown[]): void;
  /** Publishes another key instead, and answers it. */
  rotate(): SigningKey;
  behave(fault: IssuerFault): void;
  /** Says that its keys are at this address. */
  nameKeysAt(address: string): void;
  sign(claims: object, header?: TokenParts['header']): string;
  close(): Promise<void>;
}

const documentPath = '/.well-known/openid-configuration';
const keysPath = '/keys';

/** At `path` below its address, such as `/_services/token`. */
export async function createIssuer(path = ''): Promise<TestIssuer> {
  const server = await createAnsweringServer(['127.0.0.1']);
  const url = `${server.url}${path}`;
  let rotation = 1;
  let key = createSigningKey(`key-${rotation}`);
  let members: readonly unknown[] = [key.jwk];
  let fault: IssuerFault = 'none';
  let target = `${server.url}${keysPath}`;
  function publish(...keys: readonly SigningKey[]): void {
    [key = key] = keys;
    members = keys.map(({ jwk }) => jwk);
  }
  function answerWell(asked: string): Answer {
    if (asked === keysPath) return answerJson({ keys: members });
    const issuer = fault === 'other-issuer' ? 'https://other.example.org' : url;
    const jwksUri = fault === 'plain-keys' ? target.replace('https:', 'http:') : target;
    return asked === `${path}${documentPath}`
      ? answerJson({ issuer, jwks_uri: jwksUri })
      : answerJson({}, 404);
  }
  server.answer((response, request) => {
    (faults[fault] ?? answerWell(request.path))(response, request);
  });
  function count(asked: string): number {
    return server.requests.filter((each) => each.path === asked).length;
  }
  return {
    url,
    caPem: server.caPem,
    get key() {
      return key;
    },
    get asked() {
      return { document: count(`${path}${documentPath}`), keys: count(keysPath) };
    },
    requests: server.requests,
    publish,
    publishMembers: (next) => {
      members = next;
    },
    rotate: () => {
      publish(createSigningKey(`key-${(rotation += 1)}`));
      return key;
    },
    behave: (next) => {
      fault = next;
    },
    nameKeysAt: (address) => {
      target = address;
    },
    sign: (claims, header = {}) => signToken(key, { claims, header }),
    close: () => server.close(),
  };
}

const faults: Partial<Record<IssuerFault, Answer>> = {
  error: answerJson({ error: 'down' }, 500),
  hang: () => undefined,
  redirect: (response) => {
    response.writeHead(302, { location: 'https://169.254.169.254/latest/meta-data' });
    response.end();
  },
  huge: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(`{"keys":[${' '.repeat(4 * 1024 * 1024)}]}`);
  },
  garbage: (response) => response.end('<html>'),
};
