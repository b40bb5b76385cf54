import { createError } from '#core/errors/mayfly-error.ts';
import type { Clock } from '#core/ports/time.ts';
import { parseSecretJson } from '#core/secret/parse-secret-json.ts';
import type { SecretMap } from '#core/secret/secret-tree.ts';
import type { HttpsAnswer } from '#platform/https/send-https.ts';
import { failureOfBusy } from '../../servers/failure-of-busy.ts';

/** What an issuer answered: also its refusals are JSON. */
export interface LoginAnswer {
  readonly status: number;
  /** The caller wipes them. */
  readonly fields: SecretMap;
}

/** Reads an answer, and wipes what it was read from. Throws `MAYFLY_CI_ANSWER`, and what a busy server fails with. */
export function readAnswer(
  { server, clock }: { readonly server: string; readonly clock: Clock },
  answer: HttpsAnswer,
): LoginAnswer {
  const busy = failureOfBusy(server, answer, clock);
  if (busy !== null) throw busy;
  const fields = parseSecretJson(answer.body);
  answer.body.fill(0);
  if (fields === null) throw createError('MAYFLY_CI_ANSWER', { server });
  return { status: answer.status, fields };
}
