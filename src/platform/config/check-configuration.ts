import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { Configuration } from './schema.ts';

/** What is wrong between settings that are each right by themselves. */
export function checkConfiguration(configuration: Configuration): readonly MayflyError[] {
  return [
    ...checkHooks(configuration),
    ...checkLease(configuration),
    ...checkPushHooks(configuration),
    ...checkElection(configuration),
    ...checkCerts(configuration),
    ...checkBroker(configuration),
  ];
}

function checkHooks({ hooks = {} }: Configuration): readonly MayflyError[] {
  return Object.entries(hooks).flatMap(([name, hook]) => {
    const isProgram = hook.argv !== undefined && hook.argv.length > 0;
    const isSignal = hook.unit !== undefined && hook.signal !== undefined;
    const isMixed = hook.argv !== undefined && (hook.unit ?? hook.signal) !== undefined;
    if (!isMixed && (isProgram || isSignal)) return [];
    const problem = 'must have either argv, or unit and signal';
    return [createError('MAYFLY_CONFIG_CONFLICT', { key: `hooks.${name}`, problem })];
  });
}

function checkLease({ lease }: Configuration): readonly MayflyError[] {
  if (lease.minTtl <= lease.maxTtl) return [];
  const problem = 'is longer than lease.maxTtl';
  return [createError('MAYFLY_CONFIG_CONFLICT', { key: 'lease.minTtl', problem })];
}

/** The bodies of push hooks are signed, their senders' addresses and times are not: they come by TLS only. */
function checkPushHooks({ pushHooks }: Configuration): readonly MayflyError[] {
  const { listen, certFile, keyFile } = pushHooks;
  if (listen === undefined || (certFile !== undefined && keyFile !== undefined)) return [];
  const problem = 'needs pushHooks.certFile and pushHooks.keyFile';
  return [createError('MAYFLY_CONFIG_CONFLICT', { key: 'pushHooks.listen', problem })];
}

/** A leader must stop before another one starts, and must have been able to try again before it stops. */
function checkElection({ election }: Configuration): readonly MayflyError[] {
  const { leaseDuration, renewDeadline, retryPeriod } = election;
  const problems: readonly (readonly [key: string, isWrong: boolean, problem: string])[] = [
    ['renewDeadline', renewDeadline >= leaseDuration, 'is not shorter than election.leaseDuration'],
    ['retryPeriod', retryPeriod * 2 > renewDeadline, 'is over half of election.renewDeadline'],
  ];
  return problems
    .filter(([, isWrong]) => isWrong)
    .map(([name, , problem]) =>
      createError('MAYFLY_CONFIG_CONFLICT', { key: `election.${name}`, problem }),
    );
}

/** After two thirds of its life a root still has to last for the leaves of the next one and of its own. */
function checkCerts({ certs }: Configuration): readonly MayflyError[] {
  const { mode, services, leafLifetime, rootLifetime } = certs;
  const problems: readonly (readonly [key: string, isWrong: boolean, problem: string])[] = [
    ['services', mode === 'self' && services.length === 0, 'is empty'],
    ['rootLifetime', rootLifetime < 10 * leafLifetime, 'is below ten times certs.leafLifetime'],
  ];
  return problems
    .filter(([, isWrong]) => isWrong)
    .map(([name, , problem]) =>
      createError('MAYFLY_CONFIG_CONFLICT', { key: `certs.${name}`, problem }),
    );
}

/** Identity tokens and values come by TLS only. */
function checkBroker({ broker }: Configuration): readonly MayflyError[] {
  const { url, listen, certFile, keyFile, replay } = broker;
  const hasPair = certFile !== undefined && keyFile !== undefined;
  const isServed = listen !== undefined;
  const isLost = replay.kind === 'valkey' && replay.valkey.server === undefined;
  const problems: readonly (readonly [key: string, isWrong: boolean, problem: string])[] = [
    ['listen', isServed && !hasPair, 'needs broker.certFile and broker.keyFile'],
    ['listen', isServed && url === undefined, 'needs broker.url'],
    ['replay.kind', isLost, 'needs broker.replay.valkey.server'],
  ];
  return problems
    .filter(([, isWrong]) => isWrong)
    .map(([name, , problem]) =>
      createError('MAYFLY_CONFIG_CONFLICT', { key: `broker.${name}`, problem }),
    );
}
