import { createPublicKey, verify } from 'node:crypto';
import { asFields, asText, asTexts, type Fields } from './state.ts';

/** Why a token of an issuer does not open a role; null when it does. */
export function checkIdentity(token: string, config: Fields, role: Fields): string | null {
  const [head = '', body = '', signature = ''] = token.split('.');
  const signed = Buffer.from(`${head}.${body}`);
  const isKnown = asTexts(config['jwt_validation_pubkeys']).some((pem) =>
    verify(
      'sha256',
      signed,
      { key: createPublicKey(pem), dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    ),
  );
  if (!isKnown) return 'error validating token: error verifying token signature';
  const claims = asFields(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  const audiences = [asText(claims['aud']), ...asTexts(claims['aud'])];
  if (!audiences.some((one) => asTexts(role['bound_audiences']).includes(one))) {
    return 'error validating token: invalid audience (aud) claim';
  }
  if (claims['iss'] !== config['bound_issuer'])
    return 'error validating token: invalid issuer (iss) claim';
  if (claims['sub'] !== role['bound_subject'])
    return 'error validating claims: sub claim does not match';
  if (Number(claims['exp']) * 1000 < Date.now()) return 'error validating token: token is expired';
  return null;
}
