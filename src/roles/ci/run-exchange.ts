import type { Exchanged } from '#core/broker/client/exchange.ts';
import type { CiWorld } from './ci-world.ts';
import type { Job } from './job.ts';
import { maskValues, type MaskChoice } from './masks/mask-values.ts';
import { makeFolder, type FolderChoice } from './output/choose-folder.ts';
import { writeLease } from './output/lease-file.ts';
import { renderFiles } from './output/render-files.ts';
import { createSecretFiles, type SecretFiles } from './output/secret-files.ts';
import type { BrokerSession } from './servers/open-session.ts';

/** An exchange whose values outlive the command. */
export interface ExchangeWork {
  readonly job: Job;
  readonly masks: MaskChoice;
  readonly folder: FolderChoice;
  readonly signal: AbortSignal;
  /** Is given the values, which are wiped afterwards, and the folder of the files where there are any. */
  readonly use: (exchanged: Exchanged, folder: string | null) => Promise<void>;
}

/**
 * Asks for values, has them masked and writes the files. Where anything fails after that, or the signal tells to end,
 * nothing is left: neither files nor the lease.
 */
export async function runExchange(
  world: CiWorld,
  session: BrokerSession,
  { job, masks, folder, use, signal }: ExchangeWork,
): Promise<void> {
  const exchanged = await session.exchange(job, signal);
  let files: SecretFiles | null = null;
  // Also when whoever reads the output has gone: that ends this program at once.
  function abandon(): void {
    files?.remove();
  }
  process.once('exit', abandon);
  try {
    const masked = { values: exchanged.values, wanted: job.wanted };
    for (const form of maskValues(world, masked, masks)) form.fill(0);
    if (job.wanted.files.length > 0) {
      files = createSecretFiles(await makeFolder(world, folder));
      await writeLease(files.folder, exchanged.leaseId);
      files.write(renderFiles(job.wanted.files, exchanged.values));
    }
    signal.throwIfAborted();
    await use(exchanged, files?.folder ?? null);
    signal.throwIfAborted();
  } catch (error) {
    files?.remove();
    await session.end();
    throw error;
  } finally {
    process.off('exit', abandon);
    for (const value of exchanged.values.values()) value.wipe();
  }
}
