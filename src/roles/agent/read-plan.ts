import { planVariable, type AgentPlan } from '#core/injection/agent-plan.ts';
import { parseAgentPlan } from '#core/injection/parse-agent-plan.ts';

/** The plan out of the environment: `MAYFLY_PLAN_0`, `MAYFLY_PLAN_1`, … Throws `MAYFLY_AGENT_PLAN`. */
export function readPlan(env: Readonly<Record<string, string | undefined>>): AgentPlan {
  const parts: string[] = [];
  for (let index = 0; ; index += 1) {
    const part = env[`${planVariable}_${index}`];
    if (part === undefined) return parseAgentPlan(parts);
    parts.push(part);
  }
}
