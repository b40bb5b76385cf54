import type { KubeAccess } from '#core/ports/kube/kube-access.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';

/** The same server by somebody else's token, without anything that is ours to show it. */
export function accessByToken(access: KubeAccess, token: SecretBytes): KubeAccess {
  return {
    server: access.server,
    credentials: async () => {
      const { cert: _, key: __, ...tls } = (await access.credentials()).tls;
      const authorization = `Bearer ${Buffer.from(token.expose()).toString('latin1')}`;
      return { tls, headers: { authorization } };
    },
  };
}
