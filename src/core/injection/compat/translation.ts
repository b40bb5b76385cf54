import type { MayflyError } from '../../errors/mayfly-error.ts';

/** Something that another injector lets a pod say, and that here the Store alone says. */
export interface StoreClaim {
  /** The whole name of the annotation. */
  readonly annotation: string;
  readonly field: ClaimField;
  readonly value: string;
}

export type ClaimField =
  'address' | 'namespace' | 'role' | 'login method' | 'mount' | 'server name';

/** The annotations of another injector in our words. */
export interface Translation {
  /** With our prefix. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly claims: readonly StoreClaim[];
  /** The whole names of those that were understood. */
  readonly understood: readonly string[];
  readonly errors: readonly MayflyError[];
}

export const emptyTranslation: Translation = {
  annotations: {},
  claims: [],
  understood: [],
  errors: [],
};
