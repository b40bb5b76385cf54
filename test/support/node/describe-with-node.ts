import { afterAll, beforeAll } from '@jest/globals';
import { describeOrSkip } from '#test/support/describe-with-parts.ts';
import { createNode, type NodeOptions, type TestNode } from './create-node.ts';
import { whyNoNode } from './why-no-node.ts';

/** Building what is missing is done before the tests begin. */
const startWithinMs = 300_000;

/**
 * `describe` for tests on a real node of their own; the body gets a function that returns it. `prepare` makes the
 * options, such as images. Where no node can run the tests are skipped aloud; in CI they fail.
 */
export function describeWithNode(
  title: string,
  prepare: () => Promise<NodeOptions>,
  body: (node: () => TestNode) => void,
): void {
  describeOrSkip(whyNoNode(), title, () => {
    let node: TestNode | null = null;
    beforeAll(async () => {
      node = await createNode(await prepare());
    }, startWithinMs);
    afterAll(() => node?.stop(), startWithinMs);
    body(() => {
      if (node === null) throw new Error('the node is there once the first test runs');
      return node;
    });
  });
}
