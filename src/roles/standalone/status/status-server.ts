import { rm } from 'node:fs/promises';
import { localKindNames, type ObjectRef } from '#core/api/object.ts';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import { createHttpServer } from '#platform/http/create-http-server.ts';
import type { Logger } from '#platform/log/logger.ts';
import {
  reconcileRequestSchema,
  type ReconcileAnswer,
  type ReconcileRequest,
  type StatusAnswer,
  type StatusFault,
} from '#core/status/status-answer.ts';
import { listRows } from './list-rows.ts';
import type { FileFault } from '#platform/folders/list-yaml-files.ts';
import type { ObjectApi } from '#core/ports/object-api.ts';

export interface StatusServerParts {
  readonly logger: Logger;
  readonly version: string;
  readonly objects: ObjectApi & { listFaults(): readonly FileFault[] };
  enqueue(ref: ObjectRef): void;
}

/** Serves `mayfly status` and `mayfly reconcile` on a unix socket that only this user may open; returns its end. */
export async function startStatusServer(
  parts: StatusServerParts,
  socket: string,
): Promise<() => Promise<void>> {
  const server = createHttpServer({ logger: parts.logger });
  server.get('/v1/status', async () => await renderAnswer(parts));
  server.post<{ Body: ReconcileRequest }>(
    '/v1/reconcile',
    { schema: { body: reconcileRequestSchema } },
    (request) => reconcileNow(parts, request.body),
  );
  await listenPrivately(server, socket);
  return async () => {
    await server.close();
  };
}

async function listenPrivately(
  server: ReturnType<typeof createHttpServer>,
  socket: string,
): Promise<void> {
  // The lock on the state folder says that nobody listens there any more.
  await rm(socket, { force: true });
  const before = process.umask(0o177);
  try {
    await server.listen({ path: socket });
  } catch (cause) {
    throw createError('MAYFLY_STATUS_SOCKET', { path: socket }, { cause });
  } finally {
    process.umask(before);
  }
}

async function renderAnswer({ version, objects }: StatusServerParts): Promise<StatusAnswer> {
  const faults = objects.listFaults().map(({ path, error }) => ({ path, ...describe(error) }));
  return { version, objects: await listRows(objects), faults };
}

function describe(error: unknown): Omit<StatusFault, 'path'> {
  const failure = isMayflyError(error)
    ? error
    : createError('MAYFLY_INTERNAL_BUG', { where: 'the folder of objects' });
  const { code, message, hint } = failure;
  return { code, message, hint };
}

/** Every object of this name, whatever its kind. */
async function reconcileNow(
  parts: StatusServerParts,
  about: ReconcileRequest,
): Promise<ReconcileAnswer> {
  let found = 0;
  for (const kind of localKindNames) {
    const ref = { kind, namespace: about.namespace, name: about.name };
    if ((await parts.objects.get(ref)) === null) continue;
    parts.enqueue(ref);
    found += 1;
  }
  return { found };
}
