/** How an attribute is read from its claim; a claim of another type is as good as absent. */
export type AttributeType =
  /** A text that is not empty, or a whole number. */
  | 'text'
  /** True or false, also as a text. */
  | 'flag'
  /** Texts; a test holds when one of them matches. */
  | 'list';

/** One attribute of the identities of a system: what policies may test, and what a test of it is worth. */
export interface AttributeRow {
  /** As policies name it. */
  readonly name: string;
  /** Where it comes from. */
  readonly claim: string;
  readonly description: string;
  readonly type: AttributeType;
  /** Whether it tells the tenant of a system that many share: a policy needs one, and no globs in it. */
  readonly tenant: boolean;
  /** Whether it is a name that can be given up and taken by somebody else, or chosen by whoever starts the job. */
  readonly mutable: boolean;
  /** Whether a test of it may hold globs. */
  readonly glob: boolean;
  /** The only values that it has; null for any. */
  readonly values: readonly string[] | null;
}

type RowTraits = Omit<AttributeRow, 'name' | 'claim' | 'description'>;

const any = { type: 'text', values: null } as const;

/** An id that is never given to anybody else. */
export const tenantId: RowTraits = { ...any, tenant: true, mutable: false, glob: false };
/** A name of a tenant, which can be renamed. */
export const tenantName: RowTraits = { ...any, tenant: true, mutable: true, glob: false };
/** An id of something within a tenant. */
export const innerId: RowTraits = { ...any, tenant: false, mutable: false, glob: false };
/** A name that the writers of a repository or the starters of a job choose. */
export const chosenName: RowTraits = { ...any, tenant: false, mutable: true, glob: true };
/** What the system itself says of a job, in words of its own. */
export const systemWord: RowTraits = { ...any, tenant: false, mutable: false, glob: false };
export const flag: RowTraits = { ...systemWord, type: 'flag', values: ['true', 'false'] };

/** {@link systemWord} of which all are known. */
export function oneOf(...values: readonly string[]): RowTraits {
  return { ...systemWord, values };
}
