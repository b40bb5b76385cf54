import type { Outcome } from '#core/ports/outcome.ts';
import {
  readDecryptionKeys,
  wipeKeys,
  type DecryptionKeys,
} from '../../sources/decryption-keys.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { announceChange } from './perform/announce-change.ts';
import { createPass } from './create-pass.ts';
import { decideOutcome } from './report/decide-outcome.ts';
import type { ReadySecret } from './gather-secret.ts';
import { readIssued } from './issue-once.ts';
import { performLeases } from './perform/perform-leases.ts';
import { performWork } from './perform/perform-work.ts';
import { readListing } from './read-listing.ts';
import { renderStatus } from './report/render-status.ts';

const noKeys: DecryptionKeys = { materials: [], missing: [] };

/** One pass over an EphemeralSecret: reads, decides, writes, and tells how it ended. */
export async function runPass(
  parts: ControllerParts,
  input: ReadySecret,
  signal: AbortSignal,
): Promise<Outcome> {
  const { suspend } = input.spec;
  const keys = suspend ? noKeys : await readDecryptionKeys(parts.keys, input.spec);
  try {
    const issued = readIssued(input);
    const commit = issued?.revision ?? null;
    const listing = suspend ? null : await readListing(parts, input, { commit, signal });
    const pass = createPass(parts, { input, keys, listing, issued }, signal);
    await performWork(pass);
    await performLeases(pass);
    parts.memory.decidedAt.set(input.owner.uid, input.now);
    const announcement = await announceChange(pass);
    const status = renderStatus(pass, announcement.announced);
    return decideOutcome(pass, { status, announcement });
  } finally {
    wipeKeys(keys);
  }
}
