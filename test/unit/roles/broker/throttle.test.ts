import { describe, expect, it } from '@jest/globals';
import type { Caller } from '#core/broker/asked.ts';
import type { Throttle } from '#core/broker/broker-parts.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import { createThrottle, type ThrottleOptions } from '#roles/broker/throttle.ts';
import { aCaller } from '#test/support/broker/a-caller.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { aGithubIdentity } from '#test/support/policies/an-identity.ts';

const many = { burst: 1_000_000, perSecond: 1_000_000 };

function create(options: Partial<ThrottleOptions>, clock = createFakeClock()): Throttle {
  return createThrottle(clock, { perIssuer: many, perTenant: many, perSubject: many, ...options });
}

function callerOf(ownerId: string, subject = ownerId): Caller {
  return aCaller({ identity: { ...aGithubIdentity({ repository_owner_id: ownerId }), subject } });
}

function isLetIn(throttle: Throttle, caller: Caller): boolean {
  try {
    throttle.check(caller);
    return true;
  } catch (error) {
    if (isMayflyError(error) && error.code === 'MAYFLY_BROKER_THROTTLED') return false;
    throw error;
  }
}

const one = { burst: 1, perSecond: 1 };

describe('so many requests are let through', () => {
  it('of a subject', async () => {
    const throttle = create({ perSubject: one });
    throttle.check(callerOf('1'));
    const error = await expectCode(() => throttle.check(callerOf('1')), 'MAYFLY_BROKER_THROTTLED');
    expect([error.retryAfterMs, error.message]).toEqual([1000, expect.stringContaining('subject')]);
    throttle.check(callerOf('1', 'another'));
  });

  it('of a tenant, whatever its subjects are called', () => {
    const throttle = create({ perTenant: one });
    expect(isLetIn(throttle, callerOf('1', 'a'))).toBe(true);
    expect(isLetIn(throttle, callerOf('1', 'b'))).toBe(false);
    expect(isLetIn(throttle, callerOf('2', 'a'))).toBe(true);
  });

  it('of an issuer, by others than it', () => {
    const throttle = create({ perIssuer: one });
    expect(isLetIn(throttle, callerOf('1'))).toBe(true);
    expect(isLetIn(throttle, callerOf('2'))).toBe(false);
    const identity = { ...callerOf('2').identity, issuer: 'another' };
    expect(isLetIn(throttle, aCaller({ identity }))).toBe(true);
  });

  it('of an issuer that no tenants share, and of each subject there', () => {
    const throttle = create({ perTenant: one, perIssuer: { burst: 2, perSecond: 1 } });
    const jobs = ['a', 'b', 'c'].map((subject) => {
      const identity = { ...callerOf('1', subject).identity, kind: 'jenkins' as const };
      return aCaller({ identity });
    });
    const [known = aCaller()] = jobs;
    throttle.welcome(known);
    expect(jobs.map((job) => isLetIn(throttle, job))).toEqual([true, true, true]);
    expect(jobs.map((job) => isLetIn(throttle, job))).toEqual([true, false, false]);
  });
});

describe('strangers of a shared issuer', () => {
  it('with many subjects and accounts hold up nobody who was given something before', async () => {
    const clock = createFakeClock();
    const rate = { burst: 100, perSecond: 50 };
    const throttle = create({ perIssuer: rate, perTenant: { burst: 20, perSecond: 10 } }, clock);
    const [honest, fresh] = [callerOf('honest'), callerOf('fresh')];
    throttle.welcome(honest);
    const passed = { strangers: 0, honest: 0 };
    for (let seconds = 0; seconds < 60; seconds += 1) {
      for (let count = 0; count < 200; count += 1) {
        const stranger = callerOf(`stranger-${count % 10}`, `${seconds}/${count}`);
        if (isLetIn(throttle, stranger)) passed.strangers += 1;
      }
      if (isLetIn(throttle, honest)) passed.honest += 1;
      await clock.advance(1_000);
    }
    expect(passed.honest).toBe(60);
    expect(passed.strangers).toBeLessThanOrEqual(100 + 60 * 50);
    expect(isLetIn(throttle, fresh)).toBe(true);
  });

  it('of one account leave room for those of others', () => {
    const throttle = create({
      perIssuer: { burst: 100, perSecond: 50 },
      perTenant: { burst: 20, perSecond: 10 },
    });
    for (let count = 0; count < 1_000; count += 1) {
      isLetIn(throttle, callerOf('stranger', String(count)));
    }
    expect(isLetIn(throttle, callerOf('fresh'))).toBe(true);
  });
});
