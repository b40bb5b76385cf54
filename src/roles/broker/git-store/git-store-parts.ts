import type { GitProvider, Store } from '#core/api/store.ts';
import type { DecryptedFile, Decryptor } from '#core/ports/decryptor.ts';
import type { SourceParts } from '../../sources/source-parts.ts';
import type { FileAges } from './file-ages.ts';
import type { KeptBlobs } from './kept-blobs.ts';
import type { SharedWork } from './shared-work.ts';

/** A Store of the kind git. */
export interface GitStore extends Store {
  readonly provider: GitProvider;
}

/** What the reads of git Stores work with. */
export interface GitStoreParts {
  readonly sources: SourceParts;
  readonly blobs: KeptBlobs;
  /** Asked in this order. */
  readonly decryptors: readonly Decryptor[];
  readonly ages: FileAges;
  readonly work: SharedWork<DecryptedFile>;
  /** For how long a source that does not answer is believed, in milliseconds. */
  readonly maxStaleMs: number;
}
