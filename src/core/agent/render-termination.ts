import { isMayflyError } from '../errors/mayfly-error.ts';
import type { AgentPlan } from '../injection/agent-plan.ts';

/** What the kubelet keeps of a termination message, in bytes. */
const longestMessage = 4096;

/**
 * What the status of the pod says about an agent that ended: the failure with its code and hint, then store, path,
 * role and HTTP status as far as they are known. Of an error that is not Mayfly's own nothing but that.
 */
export function renderTermination(error: unknown, plan: AgentPlan | null): string {
  if (!isMayflyError(error)) return 'mayfly: error: a bug [bug]\n';
  const lines = [`mayfly: error: ${error.message} [${error.code}]`];
  if (error.hint !== '') lines.push(`mayfly: hint: ${error.hint}`);
  const { store, path } = error.params;
  const login = plan?.stores.find(({ name }) => name === store)?.login;
  const facts = Object.entries({ store, path, role: login?.role, status: error.status });
  const known = facts.filter(([, value]) => value !== undefined);
  if (known.length > 0)
    lines.push(known.map(([name, value]) => `${name}=${String(value)}`).join(' '));
  return cut(`${lines.join('\n')}\n`);
}

/** Most characters that may stand here are one byte. */
function cut(text: string): string {
  return new TextEncoder().encode(text).length <= longestMessage
    ? text
    : text.slice(0, longestMessage / 4);
}
