import { isNamespaceName, isObjectName } from '../../api/names.ts';

/** What `POST /oauth2/token` asks for. */
export interface TokenRequest {
  readonly kind: 'request';
  readonly token: string;
  readonly policy: string;
}

/** What is wrong with one, in the words of {@link https://www.rfc-editor.org/rfc/rfc8693#section-2.2.2}. */
export interface TokenRequestFault {
  readonly kind: 'fault';
  readonly error: 'invalid_request' | 'invalid_scope' | 'invalid_target' | 'unsupported_grant_type';
  readonly description: string;
}

export const exchangeGrantType = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
export const subjectTokenTypes: readonly string[] = [
  'urn:ietf:params:oauth:token-type:id_token',
  'urn:ietf:params:oauth:token-type:jwt',
];

const onlyOnce: readonly string[] = [
  'grant_type',
  'subject_token',
  'subject_token_type',
  'requested_token_type',
  'scope',
];

/**
 * Reads the parameters of a token exchange ({@link https://www.rfc-editor.org/rfc/rfc8693#section-2.1}). The scope is the
 * policy. As `audience` and `resource` the broker itself alone is possible; an actor is not.
 */
export function parseTokenRequest(
  body: ReadonlyMap<string, readonly string[]>,
  ownAudience: string,
): TokenRequest | TokenRequestFault {
  const [token = ''] = body.get('subject_token') ?? [];
  const [policy = ''] = body.get('scope') ?? [];
  return findFault(body, ownAudience) ?? { kind: 'request', token, policy };
}

type Fault = readonly [isWrong: boolean, error: TokenRequestFault['error'], description: string];

function findFault(
  body: ReadonlyMap<string, readonly string[]>,
  ownAudience: string,
): TokenRequestFault | null {
  const faults = [...findWrongShape(body), ...findWrongTarget(body, ownAudience)];
  const found = faults.find(([isWrong]) => isWrong);
  return found === undefined ? null : { kind: 'fault', error: found[1], description: found[2] };
}

function findWrongShape(body: ReadonlyMap<string, readonly string[]>): readonly Fault[] {
  const [grantType, token, type = '', requested = accessTokenType] = onlyOnce.map(
    (name) => body.get(name)?.[0],
  );
  const isRepeated = onlyOnce.some((name) => (body.get(name)?.length ?? 0) > 1);
  const isGrant = grantType === exchangeGrantType;
  return [
    [isRepeated, 'invalid_request', 'a parameter comes more than once'],
    [!isGrant, 'unsupported_grant_type', `grant_type must be ${exchangeGrantType}`],
    [!token, 'invalid_request', 'subject_token is missing'],
    [
      !subjectTokenTypes.includes(type),
      'invalid_request',
      'subject_token_type must be that of an id_token or a jwt',
    ],
    [
      requested !== accessTokenType,
      'invalid_request',
      'requested_token_type must be that of an access_token',
    ],
  ];
}

function findWrongTarget(
  body: ReadonlyMap<string, readonly string[]>,
  ownAudience: string,
): readonly Fault[] {
  const targets = ['audience', 'resource'].flatMap((name) => body.get(name) ?? []);
  const isOther = targets.some((target) => target !== ownAudience);
  const hasActor = body.has('actor_token') || body.has('actor_token_type');
  const [scope = ''] = body.get('scope') ?? [];
  return [
    [hasActor, 'invalid_request', 'an actor_token is not possible'],
    [isOther, 'invalid_target', 'a token is for this broker alone'],
    [!isPolicyName(scope), 'invalid_scope', 'scope must be NAMESPACE/POLICY'],
  ];
}

function isPolicyName(text: string): boolean {
  const [namespace = '', name = '', ...rest] = text.split('/');
  return rest.length === 0 && isNamespaceName(namespace) && isObjectName(name);
}
