import { createHmac, createPublicKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect } from '@jest/globals';
import { openJobScene, type JobScene } from '#test/support/broker/open-job-scene.ts';
import { makeClaims } from '#test/support/issuer/real-claims.ts';
import { itSurvives } from '#test/support/kube-world/it-survives.ts';

const hourMs = 3_600_000;
const rounds = process.env['FAULTS_SIZE'] === 'whole' ? 100 : 5;

describe('mayfly broker', () => {
  let scene: JobScene;

  beforeEach(async () => {
    scene = await openJobScene('github');
  });
  afterEach(async () => await scene.close());

  itSurvives(
    {
      id: 'F27',
      fault: 'the issuer does not answer',
      deed: 'jobs come for eight hours, some with a key of nobody',
    },
    async (see) => {
      const { issuer, broker } = scene;
      expect(await scene.ask()).toBe('granted');
      issuer.behave('error');
      let hours = 0;
      while ((await scene.ask()) === 'granted') {
        expect(await scene.show(scene.sign({}, { kid: 'nobody' }))).not.toBe('granted');
        await broker.clock.advance(hourMs);
        hours += 1;
      }
      expect(hours).toBe(6);
      see('jobs were served for 6 h by the keys that were there, and none by another key');
      expect(await scene.ask()).toBe('503 MAYFLY_ISSUER_UNAVAILABLE');
      see('then each was answered 503');
      issuer.behave('none');
      await broker.clock.advance(60_000);
      expect(await scene.ask()).toBe('granted');
      see('and served again once the issuer answered');
    },
  );

  itSurvives(
    {
      id: 'F28',
      fault: 'tokens that are used again, for others, or signed by nobody',
      deed: `${rounds} of each kind`,
    },
    async (see) => {
      const attempts = { served: 0, refused: 0 };
      const forged: string[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const used = scene.sign();
        expect(await scene.show(used)).toBe('granted');
        forged.push(...forge(scene));
        for (const token of [used, ...forge(scene)]) {
          const answer = await scene.show(token, { secrets: { USER: 'vault:app/db#user' } });
          attempts[answer === 'granted' ? 'served' : 'refused'] += 1;
        }
      }
      expect(attempts).toEqual({ served: 0, refused: rounds * 4 });
      const records = await scene.broker.readAudit();
      const denials = records.filter(({ event }) => event === 'denial');
      expect(denials).toHaveLength(attempts.refused);
      const text = await scene.broker.readAuditFiles();
      for (const token of forged) expect(text).not.toContain(token.split('.')[1]);
      see(
        `${attempts.refused} of ${attempts.refused} were refused, each with a record without the token`,
      );
    },
  );
});

/** For somebody else; without a signature; with one that the public key makes. */
function forge({ sign, issuer, broker }: JobScene): readonly string[] {
  const { jwk, kid } = issuer.key;
  const claims = makeClaims('github', broker.clock.now(), { iss: issuer.url });
  const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const unsigned = [{ alg: 'none' }, { alg: 'HS256', kid }].map((header) =>
    [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.'),
  );
  const [none = '', hmac = ''] = unsigned;
  const mac = createHmac('sha256', pem).update(hmac).digest('base64url');
  return [sign({ aud: 'sts.amazonaws.com' }), `${none}.AA`, `${hmac}.${mac}`];
}
