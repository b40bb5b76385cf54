import { afterAll, beforeAll } from '@jest/globals';
import { describeOrSkip } from '#test/support/describe-with-parts.ts';
import { whyMissing } from '#test/support/parts.ts';
import type { RunningVault } from '#test/support/vault/start-vault.ts';
import { createNode, type TestNode } from '../create-node.ts';
import { buildMayflyImages } from '../images/mayfly-images.ts';
import { buildBusybox } from '../images/test-images.ts';
import { whyNoNode } from '../why-no-node.ts';
import { installMayfly } from './install-mayfly.ts';
import { openVaultForNode } from './open-vault-for-node.ts';

/** A node with Mayfly installed as it ships, and a real Vault beside it. */
export interface MayflyStage {
  readonly node: TestNode;
  readonly vault: RunningVault;
}

/** A user without any right at first. */
export const tenant = 'tenant';

const startWithinMs = 300_000;

/**
 * `describe` for tests on a stage of their own; the body gets a function that returns it. Where no node can run the
 * tests are skipped aloud; in CI they fail.
 */
export function describeWithMayfly(title: string, body: (stage: () => MayflyStage) => void): void {
  describeOrSkip(whyNoNode() ?? whyMissing('vault'), title, () => {
    const stop: (() => Promise<void>)[] = [];
    let stage: MayflyStage | null = null;
    beforeAll(async () => {
      const images = await buildMayflyImages();
      const archives = [images.agent, images.controller, await buildBusybox()];
      const node = await createNode({ images: archives, users: [tenant] });
      stop.push(() => node.stop());
      await installMayfly(node);
      const vault = await openVaultForNode(node);
      stop.push(() => vault.stop());
      stage = { node, vault };
    }, startWithinMs);
    afterAll(async () => {
      for (const one of stop.toReversed()) await one();
    }, startWithinMs);
    body(() => {
      if (stage === null) throw new Error('the stage is there once the first test runs');
      return stage;
    });
  });
}
