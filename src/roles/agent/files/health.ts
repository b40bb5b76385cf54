import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { AgentPlan } from '#core/injection/agent-plan.ts';

/** One thing that could not be brought up to date. What it is about is kept as it was. */
export interface Trouble {
  /** A store, or `files`. */
  readonly what: string;
  /** RFC 3339. */
  readonly since: string;
  readonly code: string;
}

/** What the agent says about itself to `mayfly agent ready`: names and codes alone. */
export interface Health {
  readonly troubles: readonly Trouble[];
}

/** The agent can write there, and nowhere else. */
export function healthPath(plan: AgentPlan): string {
  const folder = plan.files.length > 0 ? plan.filesPath : dirname(plan.envPath ?? plan.filesPath);
  return join(folder, '..agent');
}

/** Takes back what an agent before this one said: its files may be old. */
export function removeHealth(plan: AgentPlan): void {
  rmSync(healthPath(plan), { force: true });
}

export function writeHealth(plan: AgentPlan, health: Health): void {
  const path = healthPath(plan);
  const temporary = `${path}_tmp`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, JSON.stringify(health), { mode: 0o400, flag: 'wx' });
  renameSync(temporary, path);
}

export function describeTrouble(what: string, since: number, error: unknown): Trouble {
  const code = isMayflyError(error) ? error.code : 'bug';
  return { what, since: new Date(since).toISOString(), code };
}
