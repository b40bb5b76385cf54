import {
  createPushHookServer,
  type PushHookServer,
} from '#adapters/push-hook/create-push-hook-server.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import type { Logger } from '#platform/log/logger.ts';
import { readPushHook, type PushHookParts } from './read-push-hook.ts';

export interface PushTold {
  readonly logger: Logger;
  onPush(namespace: string, name: string): void;
}

const maxPemBytes = 1024 * 1024;

/** The server of push hooks; null when the configuration does not ask for it. */
export async function createHookServer(
  { pushHooks }: Configuration,
  parts: PushHookParts,
  told: PushTold,
): Promise<PushHookServer | null> {
  const { listen, certFile, keyFile } = pushHooks;
  if (listen === undefined || certFile === undefined || keyFile === undefined) return null;
  const tls = {
    cert: await readFileBounded(certFile, maxPemBytes),
    key: await readFileBounded(keyFile, maxPemBytes),
  };
  const deps = {
    logger: told.logger,
    clock: parts.clock,
    readHook: async (namespace: string, name: string) => await readPushHook(parts, namespace, name),
    onPush: (namespace: string, name: string) => told.onPush(namespace, name),
  };
  return createPushHookServer(deps, { tls });
}
