import { describe, expect, it } from '@jest/globals';
import {
  addGate,
  decideGate,
  gatedLabel,
  hasGate,
  listOtherGates,
  secretsGate,
  waitAnnotation,
} from '#core/usage/pod-gate.ts';

const annotations = { [waitAnnotation]: 'true' };
const pod = {
  metadata: { annotations },
  spec: { imagePullSecrets: [{ name: 'pull' }], schedulingGates: [{ name: 'other' }] },
};

describe('the gate of a pod that waits for Secrets', () => {
  it.each([
    ['a Secret that it references is made on demand', pod, [{ makes: 'pull' }], true],
    ['files say what is made on demand', pod, [{ makes: null }], true],
    ['only other Secrets are', pod, [{ makes: 'db' }], false],
    ['nothing is made on demand', pod, [], false],
    ['it does not ask for it', { ...pod, metadata: {} }, [{ makes: 'pull' }], false],
    ['it references no Secret', { ...pod, spec: {} }, [{ makes: null }], false],
    [
      'its node is chosen already',
      { ...pod, spec: { ...pod.spec, nodeName: 'n' } },
      [{ makes: 'pull' }],
      false,
    ],
  ])('is decided where %s', (...[, asked, supplies, isGated]) => {
    expect(decideGate(asked, supplies)).toBe(isGated);
  });

  it('is added once, with its mark, beside those of others', () => {
    const gated = addGate(pod);
    expect(gated).toEqual({
      metadata: { annotations, labels: { [gatedLabel]: 'true' } },
      spec: { ...pod.spec, schedulingGates: [{ name: 'other' }, { name: secretsGate }] },
    });
    expect(addGate(gated)).toBe(gated);
    expect([hasGate(pod), hasGate(gated)]).toEqual([false, true]);
    expect(listOtherGates(gated)).toEqual([{ name: 'other' }]);
    expect(listOtherGates({ spec: {} })).toEqual([]);
  });

  it('is added to a pod without any', () => {
    const gated = addGate({ metadata: { annotations } });
    expect(gated).toMatchObject({ spec: { schedulingGates: [{ name: secretsGate }] } });
  });
});
