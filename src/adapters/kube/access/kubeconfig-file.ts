import { dirname, resolve } from 'node:path';
import type { User } from '@kubernetes/client-node/dist/config_types.js';
import { isRecord } from '#core/text/read-field.ts';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import { parsePlainYaml } from '#platform/yaml/parse-plain.ts';

/** The most that is read of a configuration, a certificate or a token. */
export const fileBytes = 1024 * 1024;

export async function readKubeconfigFile(file: string): Promise<Record<string, unknown>> {
  const [document] = parsePlainYaml(await readFileBounded(file, fileBytes), file);
  return isRecord(document) ? document : {};
}

/** With the file that holds the token, which the package looks for under another name. It goes before other tokens. */
export function withTokenFile(user: User, entries: unknown, file: string): User {
  const all: readonly unknown[] = Array.isArray(entries) ? entries : [];
  const entry = all.filter(isRecord).find(({ name }) => name === user.name);
  const named = isRecord(entry?.['user']) ? entry['user']['tokenFile'] : undefined;
  if (typeof named !== 'string' || named === '') return user;
  const config = { tokenFile: resolve(dirname(file), named) };
  return { ...user, authProvider: { name: 'tokenFile', config } };
}

/** The token as it is now, of its file before the configuration. */
export async function readToken({ token, authProvider }: User): Promise<string | undefined> {
  const login: unknown = authProvider;
  const config = isRecord(login) ? login['config'] : undefined;
  const file = isRecord(config) ? config['tokenFile'] : undefined;
  if (typeof file !== 'string') return token?.trim();
  return (await readFileBounded(file, fileBytes)).toString('latin1').trim();
}
