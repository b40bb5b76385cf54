import { join } from 'node:path';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import { parsePlainYaml } from '#platform/yaml/parse-plain.ts';
import { listYamlFiles } from './list-yaml-files.ts';

const maxFileBytes = 5 * 1024 * 1024;

/** The documents of every YAML file of a folder. Throws what is wrong with the first bad one. */
export async function readYamlFolder(folder: string): Promise<readonly unknown[]> {
  const { files, faults } = await listYamlFiles(folder);
  const [fault] = faults;
  if (fault !== undefined) throw fault.error;
  const documents: unknown[] = [];
  for (const { path } of files) {
    const bytes = await readFileBounded(join(folder, path), maxFileBytes);
    documents.push(...parsePlainYaml(bytes, path));
  }
  return documents;
}
