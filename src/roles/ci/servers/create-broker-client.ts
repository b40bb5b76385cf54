import type { Exchange, Exchanged } from '#core/broker/client/exchange.ts';
import { parseAuditId, parseExchanged } from '#core/broker/client/parse-exchanged.ts';
import { renderExchange } from '#core/broker/client/render-exchange.ts';
import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { Clock } from '#core/ports/time.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { HttpsAnswer, HttpsRequest } from '#platform/https/send-https.ts';
import { createSender } from './create-sender.ts';
import { failureOfBusy, parseErrorCode } from './failure-of-busy.ts';

/** Where the broker answers, and whose certificates it may have. */
export interface BrokerPlace {
  /** `https://HOST[:PORT]`. */
  readonly address: string;
  /** PEM; null for the certificates of the system. */
  readonly ca: string | null;
}

/** Asks a broker, once for each call. */
export interface BrokerClient {
  /**
   * Exchanges a token for values; the end of their lease is by the clock of this machine. Throws `MAYFLY_CI_DENIED`,
   * `MAYFLY_CI_TOKEN_REFUSED`, `MAYFLY_CI_VALUE_MISSING`, `MAYFLY_CI_REFUSED`, what may heal (`MAYFLY_CI_THROTTLED`,
   * `MAYFLY_CI_UNAVAILABLE`, `MAYFLY_CI_ANSWER`), and what a connection fails with.
   */
  exchange(asked: Exchange, signal: AbortSignal): Promise<Exchanged>;
  /** Gives a lease back; one that has ended by itself is no failure. Throws what an exchange does. */
  revoke(token: SecretBytes, leaseId: string, signal: AbortSignal): Promise<void>;
}

const server = 'the broker';

export function createBrokerClient({ address, ca }: BrokerPlace, clock: Clock): BrokerClient {
  const send = createSender({ name: server, address, ca }, clock);

  async function ask(request: HttpsRequest, signal: AbortSignal): Promise<HttpsAnswer> {
    const answer = await send(request, signal);
    if (answer.status < 300) return answer;
    const failure = failureOfBusy(server, answer, clock) ?? failureOfAnswer(answer);
    answer.body.fill(0);
    throw failure;
  }

  return {
    async exchange(asked, signal): Promise<Exchanged> {
      const body = renderExchange(asked);
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      try {
        const request = { path: '/v1/exchange', headers, body: body.expose() };
        const answer = await ask({ method: 'POST', ...request }, signal);
        const exchanged = parseExchanged(answer.body, asked.secrets.keys());
        answer.body.fill(0);
        if (exchanged === null) throw createError('MAYFLY_CI_ANSWER', { server });
        return { ...exchanged, expiresAt: exchanged.expiresAt + findSkewMs(answer, clock) };
      } finally {
        body.wipe();
      }
    },
    async revoke(token, leaseId, signal): Promise<void> {
      const authorization = `Bearer ${new TextDecoder().decode(token.expose())}`;
      const path = `/v1/lease/${encodeURIComponent(leaseId)}`;
      try {
        await ask({ method: 'DELETE', path, headers: { authorization }, body: null }, signal);
      } catch (error) {
        if (!isMayflyError(error) || error.status !== 404) throw error;
      }
    },
  };
}

/** What the answer took to come, and seconds without their fractions, are no difference of clocks. */
const sameTimeMs = 10_000;

/** How far the clock of this machine is ahead of the server's. */
function findSkewMs({ date }: HttpsAnswer, clock: Clock): number {
  const skew = clock.now() - Date.parse(date ?? '');
  return Math.abs(skew) > sameTimeMs ? skew : 0;
}

/** For whoever waits no longer. */
export function failureOfSilence(): MayflyError {
  return createError('MAYFLY_CI_UNAVAILABLE', { server, reason: 'no answer in time' });
}

function failureOfAnswer({ status, body }: HttpsAnswer): MayflyError {
  const options = { status };
  const auditId = parseAuditId(body) ?? 'an unknown id';
  const reason = parseErrorCode(body);
  if (status === 401) return createError('MAYFLY_CI_TOKEN_REFUSED', { server, auditId }, options);
  if (status === 403) return createError('MAYFLY_CI_DENIED', { auditId }, options);
  if (status === 404 && reason !== null) {
    return createError('MAYFLY_CI_VALUE_MISSING', { auditId, reason }, options);
  }
  const told = reason ?? 'without a code';
  return createError('MAYFLY_CI_REFUSED', { server, status, reason: told }, options);
}
