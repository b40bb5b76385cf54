import type { User } from '@kubernetes/client-node/dist/config_types.js';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeAccess } from '#core/ports/kube/kube-access.ts';
import type { Clock } from '#core/ports/time.ts';
import { isRecord } from '#core/text/read-field.ts';
import type { Login, LoginOptions } from './login.ts';
import { readLoginOfPerson } from './read-login-of-person.ts';
import { readLogin } from './read-login.ts';

export interface KubeAccessOptions extends LoginOptions {
  /** Whether a person runs this as a command of theirs: then programs that their configuration names may be run. */
  readonly isPerson: boolean;
}

/** How long credentials are used before their files are looked at again. */
const freshMs = 10_000;

/**
 * Reads the configuration of a cluster as kubectl does and tries its credentials. Throws `MAYFLY_KUBE_CONFIG` when
 * there is none, when it cannot be read, and when it asks for what is not done: a server that is not verified, proxies,
 * passwords, and logins by programs or by other servers where a program of ours must not do so.
 */
export async function openKubeAccess(
  options: KubeAccessOptions,
  clock: Clock,
): Promise<KubeAccess> {
  const { isPerson } = options;
  const first = await attempt('it cannot be read', () => readAnyLogin(options));
  const server = readServer(first);
  checkUser(first, options);
  const named = { ...options, context: first.context };
  const access = {
    server,
    // Read anew each time, so that what is renewed in place is used. A program that was run remembers its answer.
    credentials: cacheFor(clock, async () => {
      const login = isPerson ? first : await readLogin(named);
      return await login.readCredentials();
    }),
  };
  await attempt('its credentials cannot be read', () => access.credentials());
  return access;
}

async function readAnyLogin(options: KubeAccessOptions): Promise<Login> {
  return await (options.isPerson ? readLoginOfPerson(options) : readLogin(options));
}

function readServer({ cluster }: Login): string {
  if (cluster === null) throw refuse('it has no such context or cluster');
  if (cluster.skipTLSVerify) throw refuse('its server would not be verified');
  if (cluster.proxyUrl !== undefined) throw refuse('its server is behind a proxy');
  const server = URL.parse(cluster.server);
  if (server === null) throw refuse('it names no server');
  if (server.protocol !== 'https:') throw refuse('its server is not reached by https');
  return server.href;
}

function checkUser({ user }: Login, { isPerson }: KubeAccessOptions): void {
  if (user === null) throw refuse('it has no such user');
  if (user.username !== undefined) throw refuse('its user has a password');
  if (!isPerson && !hasOwnMeans(user)) {
    throw refuse('its user logs in by a program or by a server');
  }
  if (!hasMeans(user)) throw refuse('its user has neither a token nor a certificate');
}

function hasOwnMeans({ exec, authProvider }: User): boolean {
  const login: unknown = authProvider;
  const provider = isRecord(login) ? login['name'] : undefined;
  return exec === undefined && (provider === undefined || provider === 'tokenFile');
}

/** Without any the server would take it for anybody. */
function hasMeans({ token, certData, certFile, exec, authProvider }: User): boolean {
  const means: readonly unknown[] = [token, certData, certFile, exec, authProvider];
  return means.some((one) => one !== undefined);
}

function cacheFor<T>(clock: Clock, read: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | null = null;
  return () => {
    if (kept !== null) return kept;
    function forget(): void {
      kept = null;
    }
    kept = read();
    kept.catch(forget);
    clock.after(freshMs, forget);
    return kept;
  };
}

async function attempt<T>(problem: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw createError('MAYFLY_KUBE_CONFIG', { problem }, { cause: error });
  }
}

function refuse(problem: string): Error {
  return createError('MAYFLY_KUBE_CONFIG', { problem });
}
