import { truncateSync, writeFileSync } from 'node:fs';

/**
 * Puts a text where the kubelet looks for why a container ended. The kubelet has made the file: where there is none
 * this is no pod, and it throws what the system says instead of leaving one behind.
 */
export function writeTermination(path: string, text: string): void {
  truncateSync(path);
  writeFileSync(path, text, { flag: 'r+' });
}
