import { expect, it } from '@jest/globals';
import { accessByToken } from '#adapters/kube/access/access-by-token.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';

it('shows a server the token of somebody else and nothing that is ours', async () => {
  const own = {
    server: 'https://cluster.test/',
    credentials: async () => ({
      tls: { ca: 'the CA', cert: 'our certificate', key: 'our key', servername: 'cluster' },
      headers: { authorization: 'Bearer ours', 'x-of-ours': 'yes' },
    }),
  };
  const other = accessByToken(own, SecretBytes.take(Buffer.from('theirs')));
  expect(other.server).toBe('https://cluster.test/');
  await expect(other.credentials()).resolves.toEqual({
    tls: { ca: 'the CA', servername: 'cluster' },
    headers: { authorization: 'Bearer theirs' },
  });
});
