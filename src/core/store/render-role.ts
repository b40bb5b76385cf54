/** Who logs in. */
export interface StoreCaller {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** The role that somebody logs in as: `{{namespace}}` and `{{serviceAccount}}` of a template are filled in. */
export function renderStoreRole(
  template: string,
  { namespace, serviceAccount }: StoreCaller,
): string {
  return template
    .replaceAll('{{namespace}}', namespace)
    .replaceAll('{{serviceAccount}}', serviceAccount);
}

/** Stands for every service account while a pattern is compared: no role that can be written holds it. */
const anyAccount = '\u{1}';

/**
 * Whether an administrator's pattern covers a role in a namespace whoever logs in: `*` is any text, the placeholders
 * stand for themselves.
 */
export function matchRolePattern(pattern: string, role: string, namespace: string): boolean {
  const caller = { namespace, serviceAccount: anyAccount };
  return matchStars(renderStoreRole(pattern, caller), renderStoreRole(role, caller));
}

/** Takes the first place where each part fits: parts are in order, so no later one can be better. */
function matchStars(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(head) || text.length < head.length + last.length) return false;
  let at = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
