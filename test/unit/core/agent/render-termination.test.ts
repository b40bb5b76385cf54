import { describe, expect, it } from '@jest/globals';
import { renderTermination } from '#core/agent/render-termination.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { aPlan } from '#test/support/agent/a-plan.ts';

describe('renderTermination', () => {
  it('says what failed, what to do, and where', () => {
    const params = { store: 'vault', path: 'secret/data/shop' };
    const error = createError('MAYFLY_STORE_DENIED', params, { status: 403 });
    expect(renderTermination(error, aPlan()).split('\n')).toEqual([
      'mayfly: error: store vault does not allow secret/data/shop to this login [MAYFLY_STORE_DENIED]',
      expect.stringMatching(/^mayfly: hint: /u),
      'store=vault path=secret/data/shop role=shop status=403',
      '',
    ]);
  });

  it('says nothing of what an error underneath says', () => {
    const cause = new Error('hunter2');
    const error = createError('MAYFLY_STORE_SEALED', { store: 'vault' }, { cause });
    expect(renderTermination(error, null)).not.toContain('hunter2');
    expect(renderTermination(cause, null)).toBe('mayfly: error: a bug [bug]\n');
  });

  it('is no longer than what the kubelet keeps', () => {
    const store = '日'.repeat(300);
    const path = '本'.repeat(2000);
    const error = createError('MAYFLY_STORE_DENIED', { store, path });
    expect(Buffer.byteLength(renderTermination(error, null))).toBeLessThanOrEqual(4096);
  });
});
