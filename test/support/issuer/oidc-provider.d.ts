/** As far as the tests use it: the package has no types of its own. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  export interface GrantContext {
    readonly oidc: { readonly params?: Readonly<Record<string, string>> };
    body: unknown;
  }

  export interface IdToken {
    scope: string;
    set(name: string, value: unknown): void;
    issue(options: { use: 'idtoken' }): Promise<string>;
  }

  export interface DeviceCode {
    save(): Promise<string>;
  }

  export interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  export default class Provider {
    constructor(issuer: string, configuration: object);
    readonly IdToken: new (claims: object, options: { ctx: GrantContext }) => IdToken;
    readonly DeviceCode: { findByUserCode(code: string): Promise<DeviceCode | undefined> };
    readonly Grant: new (of: { accountId: string; clientId: string }) => Grant;
    callback(): RequestListener;
    registerGrantType(
      name: string,
      handle: (ctx: GrantContext) => Promise<void>,
      parameters: readonly string[],
    ): void;
  }
}
