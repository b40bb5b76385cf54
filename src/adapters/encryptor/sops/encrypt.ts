import { createHash } from 'node:crypto';
import { createError } from '#core/errors/mayfly-error.ts';
import type { DataKeyWrapper } from '#core/ports/data-key.ts';
import type { FileFormat } from '#core/ports/decryptor.ts';
import type { EncryptOptions, Encryptor } from '#core/ports/encryptor.ts';
import type { Clock, Random } from '#core/ports/time.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wipeTree, type SecretMap } from '#core/secret/secret-tree.ts';
import type { SourceMap } from '#core/secret/source-tree.ts';
import { createMac, type MacHash } from '#core/sops/mac.ts';
import type { KeyGroup } from '#core/sops/metadata/metadata.ts';
import { splitMetadata } from '#core/sops/metadata/split-metadata.ts';
import { renderFile } from '#core/sops/render/render-file.ts';
import { parseStamp } from '#core/sops/scalar/go-time.ts';
import { tellFormat } from '#core/sops/text/tell-format.ts';
import { attachMetadata } from '#core/sops/write/attach-metadata.ts';
import { findDifference } from '#core/sops/write/find-difference.ts';
import { keepSealed } from '#core/sops/write/keep-sealed.ts';
import { renderMetadata } from '#core/sops/write/render-metadata.ts';
import { sealDocuments, type Seal } from '#core/sops/write/seal-documents.ts';
import { chooseScope, selectionOf, type Scope } from './choose-scope.ts';
import { openPrevious, type OpenedPrevious, type PreviousDeps } from './open-previous.ts';
import { parseDocuments } from './parse-documents.ts';
import { parsePlainFile } from './parse-plain-file.ts';
import { createNameSealable, createSeal } from './value-cipher.ts';
import { wrapKeys } from './wrap-keys.ts';

export interface SopsEncryptorDeps extends PreviousDeps {
  readonly wrapper: DataKeyWrapper;
  readonly clock: Clock;
  readonly random: Random;
}

const dataKeyBytes = 32;

/** The version of sops whose files these are. */
const formatVersion = '3.13.3';

/** Writes files of the SOPS format, see `readme.md`. */
export function createSopsEncryptor(deps: SopsEncryptorDeps): Encryptor {
  return {
    id: 'sops',
    async encrypt(file, options, signal) {
      const { path } = file;
      const format = file.format ?? tellFormat(path);
      const plain = parsePlainFile(file, format);
      let previous: OpenedPrevious | null = null;
      try {
        if (options.previous !== undefined) {
          previous = await openPrevious(deps, { ...options.previous, format }, signal);
        }
        return await encryptWith(deps, { path, format, options, plain, previous });
      } finally {
        for (const document of plain) wipeTree(document);
        previous?.wipe();
      }
    },
  };
}

/** All that one encryption works on. */
interface Job {
  readonly path: string;
  readonly format: FileFormat;
  readonly options: EncryptOptions;
  readonly plain: readonly SecretMap[];
  readonly previous: OpenedPrevious | null;
}

async function encryptWith(deps: SopsEncryptorDeps, job: Job): Promise<Uint8Array> {
  const { path, previous, options } = job;
  const scope = chooseScope(job);
  const dataKey = previous?.dataKey ?? SecretBytes.take(deps.random.bytes(dataKeyBytes));
  try {
    const { recipients } = options;
    const known = previous?.keys ?? [];
    const keys = await wrapKeys(deps.wrapper, { path, dataKey, recipients, known });
    const seal = createSeal(dataKey, deps.random);
    const sealed = sealAll(job, scope, keptBy(job, dataKey, seal));
    if (previous !== null && isUnchanged(previous, sealed, { keys, scope })) return previous.bytes;
    const block = renderBlock(deps, { keys, scope, seal, digest: sealed.digest });
    return writeFile(job, sealed.documents, block);
  } finally {
    dataKey.wipe();
  }
}

/** Writes the file and reads it back: what a format cannot hold as it is must not become a file that fails. */
function writeFile(job: Job, documents: readonly SourceMap[], block: SourceMap): Uint8Array {
  const { path } = job;
  const format = job.format === 'binary' ? 'json' : job.format;
  const bytes = renderFile(attachMetadata(documents, block, format), { path, format });
  const read = splitMetadata({ path, format, documents: parseDocuments({ path, bytes, format }) });
  const key = findDifference(documents, read?.documents ?? []);
  if (key !== null) throw createError('MAYFLY_SOPS_RENDER', { path, format, key });
  return bytes;
}

/** A seal that gives unchanged values their old ciphertext. */
function keptBy({ path, previous }: Job, dataKey: SecretBytes, seal: Seal): Seal {
  if (previous === null) return seal;
  const { source, plain, metadata } = previous;
  const selection = selectionOf(path, metadata.rule);
  return keepSealed({ source, plain, selection }, createNameSealable(dataKey), seal);
}

interface Sealed {
  readonly documents: readonly SourceMap[];
  readonly digest: string;
}

function sealAll({ path, plain }: Job, scope: Scope, seal: Seal): Sealed {
  const mac = createMac(createMacHash(), scope.macOnlyEncrypted);
  const documents = sealDocuments(plain, { path, selection: scope.selection, mac, seal });
  return { documents, digest: mac.hexDigest() };
}

function createMacHash(): MacHash {
  const hash = createHash('sha512');
  return {
    update(bytes): void {
      hash.update(bytes);
    },
    hexDigest: () => hash.digest('hex').toUpperCase(),
  };
}

interface Decided {
  readonly keys: KeyGroup;
  readonly scope: Scope;
}

/** Then the file stays as it is, its stamp included. */
function isUnchanged(previous: OpenedPrevious, sealed: Sealed, { keys, scope }: Decided): boolean {
  const { metadata } = previous;
  const before = [previous.source, previous.keys, metadata.rule, metadata.macOnlyEncrypted];
  const after = [sealed.documents, keys, scope.rule ?? metadata.rule, scope.macOnlyEncrypted];
  return JSON.stringify(before) === JSON.stringify(after);
}

interface Block extends Decided {
  readonly seal: Seal;
  readonly digest: string;
}

function renderBlock(deps: SopsEncryptorDeps, { keys, scope, seal, digest }: Block): SourceMap {
  const lastModified = parseStamp(new Date(deps.clock.now()).toISOString());
  if (lastModified === null) throw createError('MAYFLY_INTERNAL_BUG', { where: 'the clock' });
  const plaintext = Buffer.from(digest, 'latin1');
  return renderMetadata({
    keyGroups: [keys],
    shamirThreshold: 0,
    lastModified,
    mac: seal({ type: 'str', plaintext, additionalData: lastModified.text }),
    rule: scope.rule,
    macOnlyEncrypted: scope.macOnlyEncrypted,
    version: formatVersion,
  });
}
