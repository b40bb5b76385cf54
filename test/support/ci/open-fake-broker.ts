import { formatReference } from '#core/reference/reference.ts';
import { parseExchangeRequest } from '#core/broker/request/parse-exchange-request.ts';
import {
  answerJson,
  createAnsweringServer,
  type Answer,
  type SeenRequest,
} from '#test/support/stores/create-answering-server.ts';
import { readClaims } from './fake-token.ts';

/** A broker that follows the contract of `POST /v1/exchange` and believes every token made for it. */
export interface FakeBroker {
  readonly url: string;
  readonly caPem: string;
  readonly requests: readonly SeenRequest[];
  /** By reference. Texts are answered as they are, bytes as base64. */
  readonly values: Map<string, string | Uint8Array>;
  /** Whom tokens may be for. */
  readonly audiences: Set<string>;
  /** Policies that grant. */
  readonly policies: Set<string>;
  /** Ids of leases that were not given back. */
  readonly leases: ReadonlySet<string>;
  /** Of every lease from now on; 600 at first. */
  leaseSeconds: number;
  /** Answers of the next requests, before it goes on as usual. */
  readonly faults: Answer[];
  /** How many exchanges were granted. */
  readonly granted: number;
  close(): Promise<void>;
}

export async function openFakeBroker(): Promise<FakeBroker> {
  const server = await createAnsweringServer(['127.0.0.1', 'localhost']);
  const used = new Map<string, string>();
  const leases = new Set<string>();
  let granted = 0;
  const broker = {
    url: server.url,
    caPem: server.caPem,
    requests: server.requests,
    values: new Map<string, string | Uint8Array>(),
    audiences: new Set([server.url]),
    policies: new Set(['shop/ci']),
    leases,
    leaseSeconds: 600,
    faults: new Array<Answer>(),
    get granted() {
      return granted;
    },
    close: server.close,
  };

  function answerExchange(request: SeenRequest): Answer {
    const parsed = parseExchangeRequest(JSON.parse(request.body));
    if (parsed.kind === 'invalid') return answerJson({ error: 'invalid' }, 400);
    const { token, policy, wanted } = parsed.value;
    const auditId = `audit-${server.requests.length}`;
    const denied = { error: 'denied', auditId };
    if (!isFor(token, broker.audiences)) return answerJson(denied, 401);
    if (isReplay(token ?? '', request)) return answerJson(denied, 403);
    const found = wanted.map(
      ({ name, reference }) => [name, broker.values.get(formatReference(reference))] as const,
    );
    const isAllowed =
      broker.policies.has(policy) && found.every(([, value]) => value !== undefined);
    if (!isAllowed) return answerJson(denied, 403);
    granted += 1;
    const leaseId = `lease-${granted}`;
    leases.add(leaseId);
    const expiresAt = new Date(Date.now() + broker.leaseSeconds * 1000).toISOString();
    return answerJson({ leaseId, expiresAt, auditId, ...renderValues(found) });
  }

  /** The same request once more is the same use. */
  function isReplay(token: string, { body }: SeenRequest): boolean {
    const before = used.get(token) ?? body;
    used.set(token, body);
    return before !== body;
  }

  function answerRevocation(request: SeenRequest): Answer {
    const token = /^Bearer (\S+)$/u.exec(request.headers.authorization ?? '')?.[1] ?? null;
    if (!isFor(token, broker.audiences))
      return answerJson({ error: 'denied', auditId: 'none' }, 401);
    const id = decodeURIComponent(request.path.slice('/v1/lease/'.length));
    return (response) => response.writeHead(leases.delete(id) ? 204 : 404).end();
  }

  server.answer((response, request) => {
    const route = `${request.method} ${request.path}`;
    const usual = route === 'POST /v1/exchange' ? answerExchange : answerRevocation;
    const answer = broker.faults.shift() ?? usual(request);
    answer(response, request);
  });
  return broker;
}

function isFor(token: string | null, audiences: ReadonlySet<string>): boolean {
  return token !== null && audiences.has(String(readClaims(token)['aud']));
}

function renderValues(found: readonly (readonly [string, string | Uint8Array | undefined])[]) {
  const encoded = found.filter(([, value]) => value instanceof Uint8Array).map(([name]) => name);
  const values = found.map(([name, value = '']): readonly [string, string] => [
    name,
    typeof value === 'string' ? value : Buffer.from(value).toString('base64'),
  ]);
  const base64 = encoded.length === 0 ? {} : { base64: encoded };
  return { values: Object.fromEntries<string>(values), ...base64 };
}
