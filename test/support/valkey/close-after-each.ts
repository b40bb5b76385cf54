import { afterEach } from '@jest/globals';

interface Closable {
  close(): Promise<void>;
}

/** Makes what keeps something until the end of a test; there all of it is closed, the last first. */
export function closeAfterEach(): <T extends Closable>(it: T) => T {
  const opened: Closable[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0).toReversed()) await each.close();
  });
  return (it) => {
    opened.push(it);
    return it;
  };
}
