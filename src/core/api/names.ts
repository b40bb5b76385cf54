const label = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/u;
const subdomain = /^[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?$/u;
const secretKey = /^[-._a-zA-Z0-9]{1,253}$/u;

/** Whether the text may name a namespace (an RFC 1123 label): one path element that can do no harm. */
export function isNamespaceName(text: string): boolean {
  return label.test(text);
}

/** Whether the text may name an object (an RFC 1123 subdomain, at most 253 characters). */
export function isObjectName(text: string): boolean {
  return subdomain.test(text) && !text.includes('..');
}

/** Whether the text may be a key of a Secret, by Kubernetes' rule: names that begin with `..` are refused. */
export function isSecretKey(text: string): boolean {
  return secretKey.test(text) && text !== '.' && !text.startsWith('..');
}
