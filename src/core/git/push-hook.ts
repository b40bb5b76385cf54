/** How a host proves that a push hook comes from it. */
export type PushHookType = 'github' | 'gitlab' | 'generic';

/** What a request claims: the HMAC-SHA-256 of its body, or the secret itself. */
export type PushHookClaim =
  | { readonly kind: 'hmac'; readonly hex: string }
  | { readonly kind: 'token'; readonly token: string };

/** Headers as Node gives them: names in lower case. */
export type HookHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

const hmac = /^sha256=([0-9a-f]{64})$/u;
const maxToken = 1024;

/**
 * Reads the proof of a request: GitHub's `X-Hub-Signature-256`, GitLab's `X-Gitlab-Token`, or for `generic` an
 * `X-Signature` of the form `sha256=HEX`. Null when it is absent or malformed.
 */
export function parsePushHookClaim(type: PushHookType, headers: HookHeaders): PushHookClaim | null {
  if (type === 'gitlab') {
    const token = readHeader(headers, 'x-gitlab-token');
    return token === '' || token.length > maxToken ? null : { kind: 'token', token };
  }
  const name = type === 'github' ? 'x-hub-signature-256' : 'x-signature';
  const hex = hmac.exec(readHeader(headers, name))?.[1];
  return hex === undefined ? null : { kind: 'hmac', hex };
}

const events: Readonly<Record<PushHookType, readonly [header: string, values: readonly string[]]>> =
  {
    github: ['x-github-event', ['push', 'create', 'delete']],
    gitlab: ['x-gitlab-event', ['Push Hook', 'Tag Push Hook', 'System Hook']],
    generic: ['', ['']],
  };

/** Whether the event may have moved a branch or tag; a host also tells of itself and of other things. */
export function isPushEvent(type: PushHookType, headers: HookHeaders): boolean {
  const [header, values] = events[type];
  return values.includes(readHeader(headers, header));
}

function readHeader(headers: HookHeaders, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}
