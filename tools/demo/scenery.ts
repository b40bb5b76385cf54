/** What a reader of secrets sees: key names, and a fingerprint that tells a change without telling a value. */
export interface SeenSecret {
  readonly name: string;
  readonly keys: readonly string[];
  readonly fingerprint: string;
}

/** Where the demo plays: a machine, or a cluster. */
export interface Scenery {
  /** Words that go on after "the secrets appear". */
  readonly form: string;
  /** What a person types to see how things are. */
  readonly command: string;
  /** What somebody deletes by hand, and it comes back. */
  readonly part: string;
  readSecrets(): Promise<readonly SeenSecret[]>;
  /** What that command prints, and the codes of what is wrong. */
  readStatus(): Promise<string>;
  /** Changes a value of a secret by hand. */
  edit(name: string): Promise<void>;
  /** Deletes that part of a secret by hand. */
  damage(name: string): Promise<void>;
}
