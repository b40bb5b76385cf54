import { Type } from 'typebox';

/** How the text of one setting is read. */
export type SettingKind =
  | 'text'
  | 'path'
  | 'integer'
  | 'size'
  | 'duration'
  | 'switch'
  | 'choice'
  | 'address'
  | 'mode'
  | 'account'
  | 'network';

/** What a leaf of the schema says about itself, beside its type. */
export interface SettingOptions {
  readonly description: string;
  /** As an administrator would write it. */
  readonly default?: string;
  /** In the unit of the value: milliseconds, bytes or a count. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** An anchored pattern, with the words that say what it asks for. */
  readonly pattern?: readonly [pattern: string, words: string];
  readonly choices?: readonly string[];
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

function leaf<T>(kind: SettingKind, options: SettingOptions): Type.TUnsafe<T> {
  return Type.Unsafe<T>({ setting: kind, ...options });
}

export function text(options: SettingOptions): Type.TUnsafe<string> {
  return leaf('text', options);
}

/** An absolute path. */
export function path(options: SettingOptions): Type.TUnsafe<string> {
  return leaf('path', options);
}

export function integer(options: SettingOptions): Type.TUnsafe<number> {
  return leaf('integer', options);
}

/** In bytes; written `64Mi`. */
export function size(options: SettingOptions): Type.TUnsafe<number> {
  return leaf('size', options);
}

/** In milliseconds; written `1h30m`. */
export function duration(options: SettingOptions): Type.TUnsafe<number> {
  return leaf('duration', options);
}

export function toggle(options: SettingOptions): Type.TUnsafe<boolean> {
  return leaf('switch', options);
}

export function choice<const C extends string>(
  choices: readonly C[],
  options: SettingOptions,
): Type.TUnsafe<C> {
  return leaf('choice', { ...options, choices });
}

/** `HOST:PORT`. */
export function address(options: SettingOptions): Type.TUnsafe<Address> {
  return leaf('address', options);
}

/** Permission bits; written in quotes, `'0440'`. */
export function mode(options: SettingOptions): Type.TUnsafe<number> {
  return leaf('mode', options);
}

/** The name or number of a user or group. */
export function account(options: SettingOptions): Type.TUnsafe<string | number> {
  return leaf('account', options);
}

/** An IP address, or a network as `10.0.0.0/8`. */
export function network(options: SettingOptions): Type.TUnsafe<string> {
  return leaf('network', options);
}
