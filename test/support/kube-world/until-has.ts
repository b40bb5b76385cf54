import type { KubeWorld } from './create-kube-world.ts';
import { measure } from './measure.ts';

/** A host that was away is asked again minutes apart. */
const withinMs = 120_000;

/** Until each of these Secrets holds that value under `key`; answers after how many milliseconds. */
export async function untilHas(
  world: KubeWorld,
  names: readonly string[],
  value: string,
): Promise<number> {
  async function isSo(): Promise<boolean> {
    const secrets = await world.readSecrets();
    return names.every((name) => secrets.get(name)?.values['key'] === value);
  }
  return await measure(`${names.join(', ')} hold ${value}`, isSo, withinMs);
}
