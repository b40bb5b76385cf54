import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { createError } from '#core/errors/mayfly-error.ts';
import type { TokenReview, TokenReviewer } from '#core/ports/broker/token-verifier.ts';
import type { KubeResource } from '#core/ports/kube/kube-api.ts';
import { createCallBudget } from '#platform/kube/call-budget.ts';
import { renderNameRequest } from '#platform/kube/wire/render-request.ts';
import { createCaller, type CallerDeps } from './caller.ts';

const resource: KubeResource = {
  group: 'authentication.k8s.io',
  version: 'v1',
  plural: 'tokenreviews',
  kind: 'TokenReview',
};
const kind = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview' };
const podUidKey = 'authentication.kubernetes.io/pod-uid';

/** One for each exchange of a pod; more are refused than wait. */
const budget = { perSecond: 1_000, burst: 1_000, mostWaiting: 1_000 };
const bounds = {
  timeoutMs: 5_000,
  connectTimeoutMs: 3_000,
  mostConnections: 16,
  answerBytes: 256 * 1024,
};

const statusSchema = Type.Object({
  authenticated: Type.Optional(Type.Boolean()),
  audiences: Type.Optional(Type.Array(Type.String())),
  user: Type.Optional(
    Type.Object({
      username: Type.Optional(Type.String()),
      extra: Type.Optional(Type.Record(Type.String(), Type.Array(Type.String()))),
    }),
  ),
});
const answerSchema = Type.Object({ status: statusSchema });

/**
 * Asks the API server about tokens of service accounts
 * ({@link https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/}). It has to name
 * one of the audiences in its answer: an old server passes over them in silence.
 */
export function createTokenReviewer(
  deps: Omit<CallerDeps, 'budget' | 'mayWrite'>,
  { version }: { readonly version: string },
): TokenReviewer {
  const caller = createCaller(
    { ...deps, budget: createCallBudget(deps.clock, budget), mayWrite: () => true },
    { ...bounds, userAgent: `mayfly/${version}` },
  );
  return {
    review: async (token, audiences, signal) => {
      const text = Buffer.from(token.expose()).toString('latin1');
      const body = { ...kind, spec: { token: text, audiences } };
      const request = renderNameRequest({ resource, name: '' }, { verb: 'create', body });
      const answer = await caller.call(request, { signal });
      if (!Check(answerSchema, answer)) {
        throw createError('MAYFLY_KUBE_ANSWER', {
          what: request.what,
          problem: 'it has no status',
        });
      }
      const { authenticated = false, audiences: named = [], user } = answer.status;
      const isFor = named.some((audience) => audiences.includes(audience));
      return authenticated && isFor ? readUser(user) : null;
    },
  };
}

function readUser(user: Type.Static<typeof statusSchema>['user']): TokenReview {
  const [podUid = null] = user?.extra?.[podUidKey] ?? [];
  return { username: user?.username ?? '', podUid };
}
