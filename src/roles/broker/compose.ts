import { join } from 'node:path';
import { openAuditLog } from '#adapters/audit/open-audit-log.ts';
import {
  createTokenVerifier,
  type OidcVerifier,
} from '#adapters/identity/oidc/create-token-verifier.ts';
import { createLeaseBook } from '#core/broker/books/lease-book.ts';
import type { BrokerParts } from '#core/broker/broker-parts.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { AuditLog } from '#core/ports/broker/audit-log.ts';
import type { MonotonicClock, Random } from '#core/ports/time.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { plainDigest } from '#platform/crypto/node-digest.ts';
import type { RoleTools } from '#platform/lifecycle/run-role.ts';
import { startRunning } from '#platform/lifecycle/start-running.ts';
import type { BrokerMetrics } from '#platform/metrics/create-broker-metrics.ts';
import type { BrokerWorld } from './broker-world.ts';
import { openGitStores } from './git-store/compose.ts';
import type { GitStores } from './git-store/create-git-stores.ts';
import { createStoreReader } from './stores/create-store-reader.ts';
import { logInToStore } from './stores/log-in.ts';
import { readGit } from './stores/read-git.ts';
import { createThrottle } from './throttle.ts';
import { openTokenMemory } from './token-memory/compose.ts';
import { createView, type ObjectTables } from './view/create-view.ts';
import { openObjectTables } from './view/object-tables.ts';

export interface BrokerTools extends RoleTools {
  readonly clock: MonotonicClock;
  readonly random: Random;
  readonly metrics: BrokerMetrics;
}

/** What answers, opened in the order of the start; the lifecycle ends it. */
export interface OpenBroker {
  readonly parts: BrokerParts;
  /** Whether everything that is read from was looked at once, and what is decided by is not too old. */
  isReady(): boolean;
}

/** Opens the broker in a world whose objects are known. */
export async function openBroker(
  configuration: Configuration,
  world: BrokerWorld,
  tools: BrokerTools,
): Promise<OpenBroker> {
  const { clock, random } = tools;
  const { limits, restFactor } = configuration.broker;
  const audience = readAudience(configuration);
  const audit = await openAudit(configuration, tools);
  const tables = await openTables(world, tools);
  const gitStores = await startGitStores(configuration, world, tools);
  const verifier = openVerifier({ world, audience, issuers: () => tables.issuers() }, tools);
  const memory = await openTokenMemory(configuration, { audience, verifier }, tools);
  const parts = {
    view: createView(tables),
    verifier,
    reviewer: world.cluster?.reviewer ?? null,
    ...memory,
    stores: openReader({ configuration, world, gitStores, audit }, tools),
    audit,
    leases: createLeaseBook(clock, limits.leases),
    throttle: createThrottle(clock, {
      perIssuer: limits.issuer,
      perTenant: limits.tenant,
      perSubject: limits.subject,
    }),
    clock,
    random,
    digest: plainDigest,
    options: { audience, restFactor },
  } satisfies BrokerParts;
  return { parts, isReady: () => gitStores.isReady() && isFresh(tables) };
}

function isFresh(tables: Pick<ObjectTables, 'checkFresh'>): boolean {
  try {
    tables.checkFresh();
    return true;
  } catch {
    return false;
  }
}

function readAudience({ broker: { url } }: Configuration): string {
  if (url !== undefined) return url;
  const problem = 'must be the address that callers use';
  throw createError('MAYFLY_CONFIG_CONFLICT', { key: 'broker.url', problem });
}

async function openAudit(
  { broker, stateDir }: Configuration,
  { clock, random, lifecycle }: BrokerTools,
): Promise<AuditLog> {
  const { folder = join(stateDir, 'audit'), fileBytes, keepFiles = null } = broker.audit;
  const deps = { clock, random, digest: plainDigest };
  const audit = await openAuditLog(deps, { folder, fileBytes, keepFiles });
  lifecycle.started('audit log', async () => await audit.close());
  return audit;
}

async function openTables(
  world: BrokerWorld,
  { lifecycle, logger, clock }: BrokerTools,
): ReturnType<typeof openObjectTables> {
  const tables = await openObjectTables({
    objects: world.objects,
    namespaces: world.cluster?.tenancy.namespaces ?? null,
    clock,
    checkFresh: () => world.checkFresh(),
    onFault: (error) => logger.error('what is allowed could not be read again', { error }),
  });
  startRunning(lifecycle, 'policies', async (signal) => await tables.follow(signal));
  return tables;
}

async function startGitStores(
  configuration: Configuration,
  { objects, keys, cluster }: BrokerWorld,
  tools: BrokerTools,
): Promise<GitStores> {
  const { maxStale: maxStaleMs } = configuration.broker;
  const deps = { ...tools, digest: plainDigest, objects, keys, tenancy: cluster?.tenancy ?? null };
  const gitStores = await openGitStores(configuration, deps, { maxStaleMs });
  await gitStores.start();
  tools.lifecycle.started('git stores', async (deadline) => await gitStores.stop(deadline));
  return gitStores;
}

interface VerifierParts {
  readonly world: BrokerWorld;
  readonly audience: string;
  readonly issuers: Parameters<typeof createTokenVerifier>[0]['issuers'];
}

function openVerifier(
  { world, audience, issuers }: VerifierParts,
  { clock, random, lifecycle, metrics }: BrokerTools,
): OidcVerifier {
  const cluster = world.cluster?.issuerKeys ?? null;
  const deps = { clock, random, digest: plainDigest, cluster, issuers, ownAudience: audience };
  const verifier = createTokenVerifier(deps);
  metrics.followIssuers(() => verifier.standings());
  lifecycle.started('keys of issuers', () => verifier.close());
  return verifier;
}

interface ReaderParts {
  readonly configuration: Configuration;
  readonly world: BrokerWorld;
  readonly gitStores: GitStores;
  readonly audit: AuditLog;
}

function openReader(
  { configuration, world, gitStores, audit }: ReaderParts,
  { clock, lifecycle }: BrokerTools,
): BrokerParts['stores'] {
  const stores = world.cluster?.stores ?? null;
  const { namespace: ownNamespace } = configuration.election;
  const reader = createStoreReader({
    clock,
    logIn: async (asked, signal) => await logInToStore({ stores, ownNamespace }, asked, signal),
  });
  lifecycle.started('logins at stores', async (deadline) => await reader.close(deadline));
  return {
    read: async (asked, signal) => {
      const { store } = asked;
      const { provider } = store;
      return provider.kind === 'git'
        ? await readGit({ gitStores, audit }, { ...asked, store: { ...store, provider } }, signal)
        : await reader.read(asked, signal);
    },
  };
}
