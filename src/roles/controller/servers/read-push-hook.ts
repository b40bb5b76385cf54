import { parseGitSource, type GitSource } from '#core/api/git-source.ts';
import type { KeyReader, ObjectApi } from '#core/ports/object-api.ts';
import type { Clock } from '#core/ports/time.ts';
import { copyLine } from '#core/secret/copy-line.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';

/** What a sender of push hooks proves itself with; the caller wipes it. */
export interface HookSecret {
  readonly type: NonNullable<GitSource['hook']>['type'];
  readonly secret: SecretBytes;
}

/** What push hooks are answered with. */
export interface PushHookParts {
  readonly objects: ObjectApi;
  readonly keys: KeyReader;
  readonly clock: Clock;
}

/** The hook of a source, from its Secret's key `token`; null when there is no such source, or it has none. */
export async function readPushHook(
  { objects, keys }: Omit<PushHookParts, 'clock'>,
  namespace: string,
  name: string,
): Promise<HookSecret | null> {
  const object = await objects.get({ kind: 'GitSource', namespace, name });
  if (object === null) return null;
  const source = parseGitSource(object);
  if (source.kind === 'invalid' || source.value.hook === null) return null;
  const { type, secretName } = source.value.hook;
  const token = await keys.readKey(namespace, secretName, 'token');
  if (token === null) return null;
  const secret = copyLine(token);
  token.wipe();
  return { type, secret };
}
