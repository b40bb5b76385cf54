import { expect, it } from '@jest/globals';
import type { Stop } from '#platform/lifecycle/create-lifecycle.ts';
import { startRunning } from '#platform/lifecycle/start-running.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';

it('what runs is ended by its signal and waited for when it is stopped', async () => {
  const stops = new Map<string, Stop>();
  const steps: string[] = [];
  const started = (name: string, stop: Stop): void => void stops.set(name, stop);
  startRunning({ started }, 'mirrors', async (signal) => {
    steps.push('begun');
    await untilAborted(signal);
    await Promise.resolve();
    steps.push('ended');
  });
  expect(steps).toEqual(['begun']);
  await stops.get('mirrors')?.(new AbortController().signal);
  expect(steps).toEqual(['begun', 'ended']);
});
