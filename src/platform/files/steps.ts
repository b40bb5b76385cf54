/** Told the name of each step of a write as it is done, so that a test can stop the program between any two. */
export type Steps = (name: string) => void;

/** What production uses. */
export function noSteps(): void {
  // Nothing happens between two steps.
}
