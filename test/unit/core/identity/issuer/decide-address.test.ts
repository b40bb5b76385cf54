import { expect, it } from '@jest/globals';
import { decideIssuerAddress } from '#core/identity/issuer/decide-address.ts';

// Attack 15.
it.each(['140.82.112.3', '2606:50c0:8000::153'])('an issuer may be at %s', (address) => {
  expect(decideIssuerAddress(address, false)).toBeNull();
});

it.each(['10.96.0.1', '127.0.0.1', '192.168.1.1', '::1', 'fd00::1', '::ffff:10.0.0.1'])(
  'an issuer may be at %s only where private addresses are allowed',
  (address) => {
    expect(decideIssuerAddress(address, false)).toContain('allowPrivateAddress');
    expect(decideIssuerAddress(address, true)).toBeNull();
  },
);

it.each(['169.254.169.254', '169.254.1.1', 'fe80::1', '0.0.0.0', '224.0.0.1', 'no address'])(
  'an issuer is never at %s',
  (address) => {
    expect(decideIssuerAddress(address, true)).toContain(address);
  },
);
