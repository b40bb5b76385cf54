import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InjectionSettings } from '#core/injection/settings.ts';
import { parseConfiguration } from '#platform/config/parse-configuration.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { followSettings } from '#roles/webhook/injection-settings.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { until } from '#test/support/until.ts';

const address = 'https://mayfly-broker.mayfly-system.svc';
const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
const key = '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----';

function configure(...flags: readonly string[]): Configuration {
  const image = '--webhook.agent.image=registry.test/agent:1';
  const parsed = parseConfiguration({ file: null, environment: {}, flags: [image, ...flags] });
  if (parsed.kind === 'valid') return parsed.value;
  throw new Error(parsed.errors.map(({ message }) => message).join('\n'));
}

describe('the settings of the webhook', () => {
  let folder: Awaited<ReturnType<typeof createTempFolder>>;
  const clock = createFakeClock();
  let logger = createMemoryLogger();
  const stops: (() => Promise<void> | void)[] = [];

  beforeEach(async () => {
    folder = await createTempFolder();
    logger = createMemoryLogger();
  });

  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
    await folder.remove();
  });

  function follow(...flags: readonly string[]): () => InjectionSettings {
    const lifecycle = {
      started: (_: string, stop: (deadline: AbortSignal) => Promise<void> | void) =>
        void stops.push(() => stop(AbortSignal.abort())),
    };
    return followSettings(configure(...flags), { clock, logger, lifecycle });
  }

  it('have no broker unless it has an address, and then the certificates of the system', () => {
    expect(follow()().broker).toBeNull();
    const broker = { address, audience: address, ca: null };
    expect(follow(`--webhook.broker.address=${address}`)().broker).toEqual(broker);
  });

  it('have no broker until its certificates can be read, and nothing but certificates', async () => {
    const path = join(folder.path, 'ca.crt');
    const url = 'https://broker.example.com';
    const settings = follow(
      `--webhook.broker.address=${address}`,
      `--webhook.broker.caFile=${path}`,
      `--broker.url=${url}`,
    );
    await until(async () => logger.lines.length === 1);
    expect(settings().broker).toBeNull();
    await writeFile(path, key);
    await clock.advance(2000);
    await writeFile(path, `${key}\nroot\n${certificate}\n`);
    await until(async () => clock.pending === 1);
    await clock.advance(2000);
    await until(async () => settings().broker !== null);
    expect(settings().broker).toEqual({ address, audience: url, ca: `${certificate}\n` });
    expect(logger.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  it('say which file holds no certificate', async () => {
    const path = join(folder.path, 'ca.crt');
    await writeFile(path, key);
    follow(`--webhook.broker.address=${address}`, `--webhook.broker.caFile=${path}`);
    await until(async () => logger.lines.some(({ level }) => level === 'warn'));
    const told = logger.lines.at(-1)?.fields.error;
    await expectCode(() => {
      throw told;
    }, 'MAYFLY_WEBHOOK_BROKER_CA');
  });

  it.each([
    ['--webhook.broker.caFile=/ca.crt', 'webhook.broker.caFile'],
    ['--webhook.broker.address=https://0x7f.1', 'webhook.broker.address'],
  ])('are refused with %s', async (flag, words) => {
    const error = await expectCode(() => follow(flag), 'MAYFLY_CONFIG_CONFLICT');
    expect(error.message).toContain(words);
  });
});
