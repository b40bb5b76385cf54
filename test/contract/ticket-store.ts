import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeOwnToken } from '#core/broker/tickets/own-token.ts';
import type { TicketCaller, TicketStore } from '#core/ports/broker/ticket-store.ts';
import type { Instant } from '#core/ports/time.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { aCaller } from '#test/support/broker/a-caller.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { makeTokenIssuer } from '#test/support/issuer/make-token-issuer.ts';
import { aGithubIdentity, aPodIdentity } from '#test/support/policies/an-identity.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';

export interface TicketWorld {
  /** Told of every caller whose identity token is good. */
  readonly believe?: (caller: TicketCaller) => void;
  /** For at most 200 tokens, of which one subject has 100. */
  readonly store: TicketStore;
  now(): Instant;
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

const { signal } = new AbortController();
const random = createSystemRandom();
const [most, share] = [200, 100];

interface Tests {
  readonly world: () => TicketWorld;
  readonly caller: (change?: Partial<TicketCaller>) => TicketCaller;
  /** A token that was kept. */
  readonly keep: (change?: Partial<TicketCaller>) => Promise<SecretBytes>;
  readonly find: (token: SecretBytes) => Promise<TicketCaller | null>;
}

/** What every memory of a broker's own tokens does. */
export function describeTicketStore(name: string, open: () => Promise<TicketWorld>): void {
  describe(`the broker's own tokens in ${name}`, () => {
    let opened: TicketWorld | null = null;
    let count = 0;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened?.close();
    });

    function world(): TicketWorld {
      if (opened === null) throw new Error('no store was opened');
      return opened;
    }

    function caller(change: Partial<TicketCaller> = {}): TicketCaller {
      const ticket = { id: 'one', policy: 'shop/release', expiresAt: world().now() + 60_000 };
      count += 1;
      const token = SecretBytes.take(Buffer.from(`aa.${count}.cc`));
      const made = { ...aCaller(), token, ticket, ...change };
      world().believe?.(made);
      return made;
    }

    async function keep(change: Partial<TicketCaller> = {}): Promise<SecretBytes> {
      const token = makeOwnToken(random);
      await world().store.keep(token, caller(change), signal);
      return token;
    }

    const find: Tests['find'] = async (token) => await world().store.find(token, signal);
    describeFinding({ world, caller, keep, find });
    describeShares({ world, caller, keep, find });
  });
}

function describeFinding({ world, caller, keep, find }: Tests): void {
  it('stand for whom they were issued to', async () => {
    const identity = aGithubIdentity({ event_name: 'pull_request', run_id: '7' });
    const issuer = makeTokenIssuer({ audiences: ['a', 'b'], replay: 'PerJob', usesPerJob: 3 });
    const shown = caller({ identity, issuer, replayKey: 'github:jti:7' });
    const found = await find(await keep(shown));
    expect({ ...found, token: null }).toEqual({ ...shown, token: null });
  });

  it('hand out a copy of the identity token of a pod', async () => {
    const shown = SecretBytes.take(Buffer.from('aa.bb.cc'));
    const issuer = makeTokenIssuer({ keys: { kind: 'cluster' } });
    const token = await keep({ identity: aPodIdentity(), issuer, token: shown });
    shown.wipe();
    const countUnwiped = trackSecrets();
    for (let round = 0; round < 2; round += 1) {
      const found = await find(token);
      expect(found?.identity).toEqual(aPodIdentity());
      expect(Buffer.from(found?.token?.expose() ?? []).toString()).toBe('aa.bb.cc');
      found?.token?.wipe();
    }
    expect(countUnwiped()).toBe(0);
  });

  it('are nothing once they are over', async () => {
    const token = await keep();
    await world().advance(59_999);
    expect((await find(token))?.ticket.id).toBe('one');
    await world().advance(1);
    expect(await find(token)).toBeNull();
  });

  it('are nothing once they are revoked, or were never issued', async () => {
    const token = await keep();
    const other = await keep();
    await world().store.revoke(token, caller().identity, signal);
    expect(await find(token)).toBeNull();
    expect(await find(makeOwnToken(random))).toBeNull();
    expect((await find(other))?.ticket.id).toBe('one');
    await world().store.revoke(token, caller().identity, signal);
  });
}

function describeShares({ world, caller, keep, find }: Tests): void {
  const identities = ['one', 'two', 'three'].map((subject) => {
    return { ...aGithubIdentity(), subject };
  });

  it('are no more than its share for one subject, until one of them is revoked', async () => {
    const [first] = await Promise.all(Array.from({ length: share }, async () => await keep()));
    const error = await expectCode(keep(), 'MAYFLY_BROKER_FULL');
    expect(error.message).toContain('100 tokens of a subject');
    const [identity = caller().identity] = identities;
    expect((await find(await keep({ identity })))?.identity.subject).toBe('one');
    if (first !== undefined) await world().store.revoke(first, caller().identity, signal);
    expect(await find(await keep())).not.toBeNull();
  });

  it('are no more than are allowed; those that are over make room', async () => {
    for (const identity of identities.slice(0, 2)) {
      await Promise.all(Array.from({ length: share }, async () => await keep({ identity })));
    }
    const [, , identity = caller().identity] = identities;
    const error = await expectCode(keep({ identity }), 'MAYFLY_BROKER_FULL');
    expect(error.message).toContain(`${most} tokens,`);
    await world().advance(60_000);
    for (const each of identities)
      expect(await find(await keep({ identity: each }))).not.toBeNull();
  });
}
