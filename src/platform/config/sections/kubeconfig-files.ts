import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where kubectl finds the configuration of a person. */
export function findKubeconfigs(
  environment: NodeJS.ProcessEnv = process.env,
  home = homedir(),
): readonly string[] {
  const named = (environment['KUBECONFIG'] ?? '').split(delimiter).filter(Boolean);
  return named.length > 0 ? named : [join(home, '.kube', 'config')];
}
