import type { PodRequest } from '../annotations/parse-annotations.ts';
import { canonicalQuantity, parseQuantity } from '../pod/quantity.ts';
import type { AgentResources, Quantities } from '../settings.ts';

/**
 * What the agent requests and may use: the administrator's amounts under those of the annotations. A limit below the
 * request that nobody chose lowers it, a request over the limit that nobody chose raises it. In a Guaranteed pod both
 * are the limit, or the pod would lose its class.
 */
export function decideResources(
  { resources: asked }: PodRequest,
  defaults: AgentResources,
  isGuaranteed: boolean,
): AgentResources {
  const limits = mapAmounts(defaults.limits, (name, fallback) => {
    const request = asked.requests[name];
    return asked.limits[name] ?? (request === undefined ? fallback : larger(request, fallback));
  });
  if (isGuaranteed) return { requests: limits, limits };
  const requests = mapAmounts(defaults.requests, (name, fallback) => {
    const limit = limits[name] ?? fallback;
    return asked.requests[name] ?? (larger(limit, fallback) === limit ? fallback : limit);
  });
  return { requests, limits };
}

function mapAmounts(
  amounts: Quantities,
  choose: (name: string, fallback: string) => string,
): Quantities {
  return Object.fromEntries(
    Object.entries(amounts).map(([name, fallback]) => [
      name,
      // As it comes back from the API server, or an injected pod would look like another one.
      canonicalQuantity(choose(name, fallback)),
    ]),
  );
}

/** The first of two equal ones. */
function larger(a: string, b: string): string {
  return (parseQuantity(a) ?? 0) >= (parseQuantity(b) ?? 0) ? a : b;
}
