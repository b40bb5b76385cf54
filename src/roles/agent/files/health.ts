import { closeSync, ftruncateSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  rmSync(temporaryPath(plan), { force: true });
}

/** A full volume has no room for another file: then what is there is written over. */
export function writeHealth(plan: AgentPlan, health: Health): void {
  const temporary = temporaryPath(plan);
  const text = JSON.stringify(health);
  rmSync(temporary, { force: true });
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, healthPath(plan));
  } catch {
    rmSync(temporary, { force: true });
    writeOver(healthPath(plan), text);
  }
}

/** Takes no room as long as the text stays in the one page that the file has. */
function writeOver(path: string, text: string): void {
  const file = openSync(path, 'r+');
  try {
    writeFileSync(file, text);
    ftruncateSync(file, Buffer.byteLength(text));
  } finally {
    closeSync(file);
  }
}

function temporaryPath(plan: AgentPlan): string {
  return `${healthPath(plan)}_tmp`;
}

export function describeTrouble(what: string, since: number, error: unknown): Trouble {
  const code = isMayflyError(error) ? error.code : 'bug';
  return { what, since: new Date(since).toISOString(), code };
}
