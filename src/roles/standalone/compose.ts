import type { Digest } from '#core/ports/digest.ts';
import type { Clock, Random } from '#core/ports/time.ts';
import { openChangeHooks, type ChangeHooks } from '#adapters/change-hook/change-hooks.ts';
import { openDirectorySink } from '#adapters/directory-sink/directory-sink.ts';
import { createKeyFolder } from '#adapters/key-folder/key-folder.ts';
import { openObjectFolder, type ObjectFolder } from '#adapters/object-folder/object-folder.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { noSteps, type Steps } from '#platform/files/steps.ts';
import type { Logger } from '#platform/log/logger.ts';
import { createControllerMemory } from '#roles/controller/controller-memory.ts';
import type { ControllerParts } from '#roles/controller/controller-parts.ts';
import { openSources } from '../sources/compose.ts';

export interface StandaloneTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Digest;
  readonly logger: Logger;
  readonly onStep?: Steps | undefined;
}

/** Everything that speaks to the outside, opened in the order of the start: what is on disk is put in order first. */
export interface StandaloneAdapters {
  readonly objects: ObjectFolder;
  readonly hooks: ChangeHooks;
  readonly parts: Omit<ControllerParts, 'enqueue'>;
}

export async function openAdapters(
  configuration: Configuration,
  tools: StandaloneTools,
): Promise<StandaloneAdapters> {
  const { secretsDir, git, lease } = configuration;
  const { clock, digest } = tools;
  const sink = await openSink(configuration, tools);
  const objects = await openObjects(configuration, tools);
  const hooks = await openHooks(configuration, tools, objects);
  const sources = await openSources(configuration, tools);
  const parts = {
    objects,
    sink,
    keys: createKeyFolder({ secretsDir }),
    ...sources,
    clock,
    digest,
    memory: createControllerMemory(),
    options: {
      ttl: { minTtlMs: lease.minTtl, maxTtlMs: lease.maxTtl },
      git: git.limits,
      maxFiles: git.limits.files,
      hooks: hooks.names,
      place: 'machine',
      clusterLabels: configuration.cluster.labels ?? {},
    },
    stores: null,
    tenancy: null,
    usage: null,
    gates: null,
    rollouts: null,
    serverTime: null,
    onChange: async ({ owner, hooks: names }) => await hooks.ask(owner, names),
  } satisfies Omit<ControllerParts, 'enqueue'>;
  return { objects, hooks, parts };
}

async function openSink(
  configuration: Configuration,
  { logger, onStep = noSteps, ...tools }: StandaloneTools,
): Promise<ControllerParts['sink']> {
  const { sinks = [], stateDir } = configuration;
  function onFault(error: unknown): void {
    logger.warn('a secret on disk could not be put in order', { error });
  }
  return await openDirectorySink({ ...tools, onFault, onStep }, { sinks, stateFolder: stateDir });
}

async function openObjects(
  { objectsDir, stateDir }: Configuration,
  { logger, clock, random, onStep = noSteps }: StandaloneTools,
): Promise<ObjectFolder> {
  return await openObjectFolder(
    {
      clock,
      random,
      onStep,
      onFault: ({ path, error }) => logger.warn('a file of objects has a fault', { path, error }),
      onEvent: ({ about: { namespace, name }, reason, message }) =>
        logger.debug('event', { namespace, name, reason, detail: message }),
    },
    { folder: objectsDir, stateFolder: stateDir },
  );
}

async function openHooks(
  { hooks = {}, stateDir }: Configuration,
  { logger, clock, onStep = noSteps }: StandaloneTools,
  objects: ObjectFolder,
): Promise<ChangeHooks> {
  return await openChangeHooks(
    {
      clock,
      onRan: (hook) => logger.info('a hook was run', { name: hook }),
      onFailed(error, about): void {
        logger.warn('a hook failed', { error });
        for (const ref of about) {
          const { message } = error;
          void objects.recordEvent({ about: ref, type: 'Warning', reason: 'HookFailed', message });
        }
      },
      onFault: (error) => logger.error('the hooks cannot go on', { error }),
      onStep,
    },
    { hooks, stateFolder: stateDir },
  );
}
