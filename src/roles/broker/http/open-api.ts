import { denialAnswerSchema, exchangeAnswerSchema } from '#core/broker/client/answer-schema.ts';
import {
  subjectTokenTypes,
  exchangeGrantType,
  accessTokenType,
} from '#core/broker/request/parse-token-request.ts';
import { policyNamePattern } from '#core/broker/request/policy-name.ts';
import { exchangeRequestSchema } from '#core/broker/request/request-schema.ts';
import { loginRequestSchema } from '#core/broker/request/vault-schema.ts';
import { Type, type TSchema } from 'typebox';

const text = Type.String();
const auditId = Type.String({ description: 'By which the audit log tells of it.' });

const failureSchema = Type.Object({ error: text, auditId: Type.Optional(auditId) });
const invalidSchema = Type.Object({ error: text, problems: Type.Optional(Type.Array(text)) });
const vaultErrorSchema = Type.Object({
  errors: Type.Optional(Type.Array(text)),
  error: Type.Optional(text),
});
const oauthErrorSchema = Type.Object({
  error: text,
  error_description: Type.Optional(text),
  auditId: Type.Optional(auditId),
});

const tokenRequestSchema = Type.Object({
  grant_type: Type.Literal(exchangeGrantType),
  subject_token: Type.String({ minLength: 1 }),
  subject_token_type: Type.Enum([...subjectTokenTypes]),
  scope: Type.String({ pattern: policyNamePattern }),
  requested_token_type: Type.Optional(Type.Literal(accessTokenType)),
  audience: Type.Optional(text),
  resource: Type.Optional(text),
});

const tokenAnswerSchema = Type.Object({
  access_token: text,
  issued_token_type: Type.Literal(accessTokenType),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ minimum: 0 }),
  scope: text,
});

const leaseSchema = Type.Object({
  leaseId: text,
  policy: text,
  references: Type.Array(text),
  issuedAt: text,
  expiresAt: text,
});

const loginAnswerSchema = Type.Object({
  auth: Type.Object({ client_token: text, accessor: text, lease_duration: Type.Integer() }),
});

const readAnswerSchema = Type.Object({
  lease_id: text,
  lease_duration: Type.Integer(),
  data: Type.Object({ data: Type.Object({}), metadata: Type.Object({ version: Type.Integer() }) }),
});

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

function answer(description: string, schema: TSchema): object {
  return { description, content: { [json]: { schema } } };
}

function body(type: string, schema: TSchema): object {
  return { required: true, content: { [type]: { schema } } };
}

/** What any of them may answer, in the words of its protocol. */
function failures(schema: TSchema, ...statuses: readonly number[]): object {
  const all = [400, 413, 415, 429, 500, 502, 503, ...statuses];
  return Object.fromEntries(all.map((status) => [status, answer(reasons[status] ?? '', schema)]));
}

const reasons: Readonly<Record<number, string>> = {
  400: 'It is no such request.',
  401: 'The token is not accepted.',
  403: 'Denied. The same for every reason.',
  404: 'There is nothing of that name.',
  413: 'It is too large.',
  415: 'The body is of another type.',
  429: 'There are too many requests; Retry-After says when to come again.',
  500: 'A broken promise of the broker.',
  502: 'A store does not let the broker read.',
  503: 'What it takes does not answer just now.',
};

const bearer = [{ token: [] }];
const idParameter = { name: 'id', in: 'path', required: true, schema: text };

const exchangePath = {
  post: {
    summary: 'Values for an identity token',
    security: [{}, ...bearer],
    requestBody: body(json, exchangeRequestSchema),
    responses: {
      ...failures(Type.Union([invalidSchema, failureSchema]), 404),
      200: answer('The values, and until when.', exchangeAnswerSchema),
      401: answer(reasons[401] ?? '', denialAnswerSchema),
      403: answer(reasons[403] ?? '', denialAnswerSchema),
    },
  },
};

const tokenPath = {
  post: {
    summary: "A token of the broker's own for an identity token (RFC 8693)",
    requestBody: body(form, tokenRequestSchema),
    responses: {
      ...failures(oauthErrorSchema),
      200: answer('The token. Never a value.', tokenAnswerSchema),
    },
  },
};

const leasePath = {
  parameters: [idParameter],
  get: {
    summary: 'A lease, for the identity that opened it',
    security: bearer,
    responses: {
      ...failures(failureSchema, 401, 404),
      200: answer('Never a value.', leaseSchema),
    },
  },
  delete: {
    summary: 'Ends a lease before its time',
    security: bearer,
    responses: { ...failures(failureSchema, 401, 404), 204: { description: 'It is over.' } },
  },
};

const loginPath = {
  parameters: [{ name: 'mount', in: 'path', required: true, schema: text }],
  post: {
    summary: 'A token as clients of Vault ask for it',
    requestBody: body(json, loginRequestSchema),
    responses: {
      ...failures(vaultErrorSchema, 403),
      200: answer('The token.', loginAnswerSchema),
    },
  },
};

const readPath = {
  parameters: [
    { name: 'store', in: 'path', required: true, schema: text },
    { name: 'path', in: 'path', required: true, schema: text },
  ],
  get: {
    summary: 'A secret as clients of Vault read it (key-value engine, version 2)',
    parameters: [{ name: 'version', in: 'query', schema: text }],
    security: [{ vaultToken: [] }],
    responses: {
      ...failures(vaultErrorSchema, 403, 404),
      200: answer('The values.', readAnswerSchema),
    },
  },
};

const revokePath = {
  post: {
    summary: "Ends a token of the broker's own with all that was opened by it",
    security: [{ vaultToken: [] }],
    responses: { ...failures(vaultErrorSchema, 403), 204: { description: 'It is over.' } },
  },
};

/** The API as a document ({@link https://spec.openapis.org/oas/v3.1.1}), made of the schemas that requests are checked by. */
export function renderOpenApi(version: string, url: string): object {
  return {
    openapi: '3.1.0',
    info: { title: 'Mayfly broker', version },
    servers: [{ url }],
    paths: {
      '/v1/exchange': exchangePath,
      '/oauth2/token': tokenPath,
      '/v1/lease/{id}': leasePath,
      '/v1/auth/{mount}/login': loginPath,
      '/v1/auth/token/revoke-self': revokePath,
      '/v1/{store}/data/{path}': readPath,
    },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        vaultToken: { type: 'apiKey', in: 'header', name: 'X-Vault-Token' },
      },
    },
  };
}
