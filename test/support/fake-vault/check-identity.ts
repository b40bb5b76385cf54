import { createPublicKey, verify } from 'node:crypto';
import { asFields, asText, asTexts, type Fields } from './state.ts';

/** Why a token of an issuer does not open a role; null when it does. */
export function checkIdentity(token: string, config: Fields, role: Fields): string | null {
  const [, body = ''] = token.split('.');
  if (!asTexts(config['jwt_validation_pubkeys']).some((pem) => isSigned(token, pem))) {
    return 'error validating token: error verifying token signature';
  }
  const claims = asFields(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  const audiences = [asText(claims['aud']), ...asTexts(claims['aud'])];
  const rules = [
    ['audience', audiences.some((one) => asTexts(role['bound_audiences']).includes(one))],
    ['issuer', claims['iss'] === config['bound_issuer']],
    ['subject', claims['sub'] === role['bound_subject']],
    ['time', Number(claims['exp']) * 1000 > Date.now()],
  ] as const;
  const broken = rules.find(([, holds]) => !holds);
  return broken === undefined ? null : `error validating claims: ${broken[0]} does not match`;
}

function isSigned(token: string, pem: string): boolean {
  const [head = '', body = '', signature = ''] = token.split('.');
  const key = { key: createPublicKey(pem), dsaEncoding: 'ieee-p1363' } as const;
  const signed = Buffer.from(`${head}.${body}`);
  return verify('sha256', signed, key, Buffer.from(signature, 'base64url'));
}
