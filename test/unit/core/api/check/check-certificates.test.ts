import { describe, expect, it } from '@jest/globals';
import { checkCertificates } from '#core/api/check/check-certificates.ts';

describe('certificates in a field', () => {
  it.each([undefined, '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'])(
    'takes %j',
    (pem) => {
      expect(checkCertificates('spec.ca', pem)).toEqual([]);
    },
  );

  it.each(['', 'MIIB', '-----BEGIN PRIVATE KEY-----'])(
    'refuses %j by the name of the field',
    (pem) => {
      const errors = checkCertificates('spec.provider.vault.ca', pem);
      expect(errors.map(({ message }) => message)).toEqual([
        'the field spec.provider.vault.ca must hold certificates as PEM blocks, BEGIN CERTIFICATE to END',
      ]);
    },
  );
});
