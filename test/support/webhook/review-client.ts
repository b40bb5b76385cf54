import type { IncomingMessage } from 'node:http';
import { Agent, request as sendHttps } from 'node:https';
import { json } from 'node:stream/consumers';

/** What came back of a review, or of what was sent in place of one. */
export interface ReviewAnswer {
  readonly status: number;
  readonly ms: number;
  /** Of the answer; empty when it was none to a review. */
  readonly response: {
    readonly uid?: string;
    readonly allowed?: boolean;
    readonly status?: { readonly code?: number; readonly message?: string };
    readonly patch?: string;
    readonly patchType?: string;
    readonly warnings?: readonly string[];
  };
  /** The certificate that was shown, by its fingerprint. */
  readonly certificate: string;
  readonly connection: string;
}

export interface ReviewClient {
  send(path: string, body: string | Uint8Array, contentType?: string): Promise<ReviewAnswer>;
  close(): void;
}

export interface ReviewTarget {
  readonly port: number;
  /** Null takes any certificate. */
  readonly caPem: string | null;
  /** One connection for each request when false. */
  readonly keepAlive?: boolean;
}

/** Sends what an API server would, over TLS. */
export function createReviewClient({ port, caPem, keepAlive = true }: ReviewTarget): ReviewClient {
  const trust = caPem === null ? { rejectUnauthorized: false } : { ca: caPem };
  const agent = new Agent({ ...trust, keepAlive, maxCachedSessions: 0 });
  return {
    async send(path, body, contentType = 'application/json'): Promise<ReviewAnswer> {
      const began = performance.now();
      const outgoing = sendHttps({
        agent,
        port,
        path,
        host: '127.0.0.1',
        method: 'POST',
        headers: { 'content-type': contentType, 'content-length': Buffer.byteLength(body) },
      });
      // A server may answer before it has read everything, and close.
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        outgoing.once('response', resolve);
        outgoing.on('error', reject);
      });
      outgoing.end(body);
      const response = await answered;
      const socket = response.socket as unknown as {
        getPeerCertificate(): { readonly fingerprint256: string };
      };
      const certificate = socket.getPeerCertificate().fingerprint256;
      const content: unknown = await json(response).catch(() => null);
      const { statusCode: status = 0, headers } = response;
      const ms = performance.now() - began;
      const connection = headers.connection ?? '';
      return { status, ms, response: readResponse(content), certificate, connection };
    },
    close: () => agent.destroy(),
  };
}

function readResponse(content: unknown): ReviewAnswer['response'] {
  if (typeof content !== 'object' || content === null || !('response' in content)) return {};
  return content.response as ReviewAnswer['response'];
}

/** A review as an API server sends it, in parts that can be replaced. */
export function aReview(object: unknown, request: object = {}): object {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      operation: 'CREATE',
      namespace: 'shop',
      userInfo: { username: 'tenant', groups: ['system:authenticated'] },
      object,
      oldObject: null,
      dryRun: false,
      options: { apiVersion: 'meta.k8s.io/v1', kind: 'CreateOptions' },
      ...request,
    },
  };
}
