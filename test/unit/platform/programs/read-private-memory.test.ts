import { describe, expect, it } from '@jest/globals';
import { readPrivateMemory } from '#platform/programs/read-private-memory.ts';

describe('reading the memory of a program', () => {
  it('counts what the program holds', async () => {
    const before = await readPrivateMemory(process.pid);
    const held = Buffer.alloc(64 * 1024 * 1024, 1);
    const after = await readPrivateMemory(process.pid);
    expect(after - before).toBeGreaterThan(held.length / 2);
  });

  it('counts a program that has ended as nothing', async () => {
    expect(await readPrivateMemory(2 ** 22 + 1)).toBe(0);
  });
});
