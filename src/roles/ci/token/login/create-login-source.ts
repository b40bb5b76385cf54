import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { CiWorld } from '../../ci-world.ts';
import type { TokenSource } from '../token-source.ts';
import { discoverLogin, type LoginChoice } from './discover-login.ts';
import { logIn } from './log-in.ts';

/**
 * A person's own token, by the device login of any OIDC issuer (RFC 8628): the person confirms a code in a browser,
 * once for the command. Throws `MAYFLY_CI_LOGIN_DENIED`, `MAYFLY_CI_ADDRESS`, `MAYFLY_CI_ANSWER`, and what a
 * connection fails with.
 */
export function createLoginSource(world: CiWorld, choice: LoginChoice): TokenSource {
  let held: SecretBytes | null = null;
  return {
    name: choice.issuer,
    async fetch(signal): Promise<SecretBytes> {
      held ??= await logIn(world, await discoverLogin(world, choice, signal), signal);
      return held.copy();
    },
  };
}
