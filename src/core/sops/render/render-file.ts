import type { DecryptedFile } from '#core/ports/decryptor.ts';
import type { SourceMap } from '#core/secret/source-tree.ts';
import { toReadableTree } from './readable-tree.ts';
import { renderBinary } from './render-binary.ts';
import { renderDotenv } from './render-dotenv.ts';
import { renderIni } from './render-ini.ts';
import { renderJson } from './render-json.ts';
import type { RenderTarget } from './render-target.ts';
import { renderYaml } from './render-yaml.ts';

/**
 * Writes documents in a format. Encrypted files and decrypted ones are written alike; a binary file that stays
 * encrypted is JSON. Throws `MAYFLY_SOPS_RENDER` for what the format cannot hold.
 */
export function renderFile(documents: readonly SourceMap[], target: RenderTarget): Uint8Array {
  switch (target.format) {
    case 'yaml':
      return renderYaml(documents);
    case 'json':
      return renderJson(documents, target);
    case 'dotenv':
      return renderDotenv(documents, target);
    case 'ini':
      return renderIni(documents, target);
    case 'binary':
      return renderBinary(documents, target);
  }
}

/** Writes a decrypted file in a format; the plaintext becomes strings on the way, see {@link toReadableTree}. */
export function renderDecrypted(file: DecryptedFile, target: RenderTarget): Uint8Array {
  const documents = file.documents.map((document) =>
    toReadableTree(
      document.kind === 'map'
        ? document
        : { kind: 'map', entries: [{ kind: 'entry', key: 'data', value: document }] },
    ),
  );
  return renderFile(documents, target);
}
