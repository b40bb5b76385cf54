import { expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface RuleSources {
  readonly name: string;
  readonly accepts: readonly string[];
  readonly refuses: readonly string[];
}

/** A rule of ours over sources that it accepts and sources in which it finds one thing each. */
export function testRule(sources: RuleSources): void {
  it(`${sources.name} accepts and refuses what it should`, () => {
    const program = join(import.meta.dirname, 'run-rule.ts');
    const input = JSON.stringify(sources);
    expect(execFileSync(process.execPath, [program], { input, encoding: 'utf8' })).toBe('');
  });
}
