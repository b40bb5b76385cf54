import { createHash, timingSafeEqual } from 'node:crypto';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { SecretNode } from '#core/secret/secret-tree.ts';
import type { MacHash } from '#core/sops/mac.ts';
import { binaryContent } from '#core/sops/read/binary-content.ts';
import { openDocuments } from '#core/sops/read/open-documents.ts';
import { compilePattern } from '#platform/regexp.ts';
import { createLeafCipher } from './leaf-cipher.ts';
import type { ParsedFile } from './parse-file.ts';

/** Opens a parsed file with its data key; throws what `openDocuments` throws. */
export function openFile(file: ParsedFile, dataKey: SecretBytes): readonly SecretNode[] {
  const documents = openDocuments(file, {
    cipher: createLeafCipher(dataKey),
    hash: createMacHash(),
    compile: compilePattern,
    isEqual: timingSafeEqual,
  });
  return file.format === 'binary' ? [binaryContent(file.path, documents)] : documents;
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
