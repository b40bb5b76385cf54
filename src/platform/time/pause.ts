import { setTimeout } from 'node:timers/promises';

/** Waits; keeps the program alive meanwhile. For commands of a person: what runs on its own asks a `Clock`. */
export async function pause(delayMs: number): Promise<void> {
  await setTimeout(delayMs);
}
