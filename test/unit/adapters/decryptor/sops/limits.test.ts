import { describe, expect, it } from '@jest/globals';
import { createAgeUnwrapper } from '#adapters/age/index.ts';
import { createSopsDecryptor } from '#adapters/decryptor/sops/index.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { expectCode } from '#test/support/expect-code.ts';
import {
  openVector,
  readVector,
  readable,
  sopsDecryptor,
  vectorKey,
} from '#test/support/sops/vectors.ts';

const large = readVector('large.enc.yaml');
const signal = (): AbortSignal => new AbortController().signal;

function decrypt(path: string, text: string | Uint8Array): Promise<unknown> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return sopsDecryptor.decrypt({ path, bytes }, [vectorKey('one')], signal());
}

describe('what is not encrypted', () => {
  it.each([
    ['a.yaml', 'kind: Secret\n'],
    ['a.yaml', 'note: sops is not used here\n'],
    ['a.json', '{"sopsy": 1}'],
    ['a.env', 'SOPS=1\nsops=2\n'],
    ['a.ini', '[sopsy]\na=1\n'],
    ['README.md', '# ENC[AES256_GCM, as sops writes it\n'],
    ['a.bin', Uint8Array.of(0xff, 0x00)],
  ])('is left to others: %s %j', async (path, text) => {
    expect(await decrypt(path, text)).toBeNull();
  });

  it('is refused when it was encrypted and lost its metadata', async () => {
    await expectCode(decrypt('a.json', '{"a":"ENC[AES256_GCM,data:"}'), 'MAYFLY_SOPS_METADATA');
  });

  it('is refused when it is no text', async () => {
    const bytes = Buffer.concat([Buffer.from('sops_mac='), Buffer.of(0xff)]);
    await expectCode(decrypt('a.env', bytes), 'MAYFLY_SOPS_SYNTAX');
  });
});

describe('the limits of a file', () => {
  it('end at five mebibytes', async () => {
    const bytes = new Uint8Array(5 * 1024 * 1024 + 1);
    const error = await expectCode(decrypt('a.yaml', bytes), 'MAYFLY_SOPS_LIMIT');
    expect(error.message).toBe('a.yaml has more than 5242880 bytes');
  });

  it.each([
    ['too many recipients', 'a.json', () => recipients(300), 'MAYFLY_SOPS_LIMIT'],
    ['too deep', 'a.json', () => `{"sops":${'['.repeat(200)}`, 'MAYFLY_SOPS_LIMIT'],
    ['too many documents', 'a.yaml', () => 'sops: 1\n---\n'.repeat(2_000), 'MAYFLY_YAML_LIMIT'],
    [
      'too many aliases',
      'a.yaml',
      () => `sops: &a 1\nb: [${'*a,'.repeat(2_000)}]`,
      'MAYFLY_YAML_LIMIT',
    ],
    [
      'too many values, in a worker',
      'a.json',
      () => `{"sops":[${'1,'.repeat(300_000)}1]}`,
      'MAYFLY_SOPS_LIMIT',
    ],
    [
      'too deep, in a worker',
      'a.yaml',
      () => `sops: ${'['.repeat(1_000_000)}`,
      'MAYFLY_YAML_LIMIT',
    ],
  ] as const)('are told: %s', async (...row) => {
    const [, path, text, code] = row;
    const error = await expectCode(decrypt(path, text()), code);
    expect(error.message).toContain(path);
  });
});

function recipients(count: number): string {
  const age = Array.from({ length: count }, () => ({ recipient: 'age1x', enc: 'x' }));
  return JSON.stringify({ sops: { age, mac: 'x', lastmodified: '2024-01-02T03:04:05Z' } });
}

describe('a large file', () => {
  it('is read in a worker while the event loop goes on', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const opened = await openVector(large);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(JSON.stringify(readable(opened)).includes('"value number 0479"')).toBe(true);
  });

  it('is refused in a worker for the same reasons', async () => {
    const text = large.encrypted.toString().replace('key_0000: ENC', 'key_9999: ENC');
    const error = await expectCode(decrypt('large.yaml', text), 'MAYFLY_SOPS_VALUE');
    expect(error.message).toContain('at stringData.key_9999');
    await expectCode(
      sopsDecryptor.decrypt({ path: 'l.yaml', bytes: large.encrypted }, [], signal()),
      'MAYFLY_SOPS_NO_KEY',
    );
  });

  it('counts as large when it is YAML that takes longer to read', async () => {
    const flow = `{a: 1, sops: {}}\n#${' '.repeat(5_000)}\n`;
    await expectCode(decrypt('flow.yaml', flow), 'MAYFLY_SOPS_METADATA');
    const error = await expectCode(decrypt('flow.yaml', `- ${flow}`), 'MAYFLY_YAML_UNSUPPORTED');
    expect(error.message).toBe('a root that is no map cannot be read here: flow.yaml, line 1');
  });

  it('is left to others when it is plain', async () => {
    expect(await decrypt('a.yaml', `# sops\n${'a'.repeat(70_000)}: 1\n`)).toBeNull();
  });

  it('is given up after 30 seconds', async () => {
    const clock = createFakeClock();
    const unwrapped = Promise.withResolvers<never>();
    const asked = Promise.withResolvers<void>();
    const slow = {
      kind: 'age',
      unwrap: () => {
        asked.resolve();
        return unwrapped.promise;
      },
    };
    const decryptor = createSopsDecryptor({ unwrappers: [slow], clock });
    const file = { path: 'l.yaml', bytes: large.encrypted };
    const action = decryptor.decrypt(file, large.keys, signal());
    await asked.promise;
    const refusal = expectCode(action, 'MAYFLY_SOPS_TIMEOUT');
    await clock.advance(30_000);
    expect((await refusal).message).toBe('reading l.yaml took more than 30 s');
  });

  it('is given up when it is cancelled', async () => {
    const controller = new AbortController();
    const unwrapper = createAgeUnwrapper();
    const stopping = {
      kind: 'age',
      unwrap: (...request: Parameters<typeof unwrapper.unwrap>) => {
        controller.abort(new Error('cancelled'));
        return unwrapper.unwrap(...request);
      },
    };
    const decryptor = createSopsDecryptor({ unwrappers: [stopping], clock: createFakeClock() });
    const file = { path: 'l.yaml', bytes: large.encrypted };
    await expect(decryptor.decrypt(file, large.keys, controller.signal)).rejects.toThrow(
      'cancelled',
    );
  });
});
