import { createError } from '#core/errors/mayfly-error.ts';

/** A URL in the parts that a request needs. */
export interface SplitUrl {
  /** `https://HOST[:PORT]`. */
  readonly address: string;
  /** With its query. */
  readonly path: string;
}

/** Takes a URL apart. Throws `MAYFLY_CI_ADDRESS`, naming the server, for what is no plain `https://` URL. */
export function splitUrl(server: string, text: string): SplitUrl {
  const url = URL.parse(text);
  const isPlain = url?.protocol === 'https:' && url.username === '' && url.password === '';
  if (url === null || !isPlain) throw createError('MAYFLY_CI_ADDRESS', { server });
  return { address: url.origin, path: `${url.pathname}${url.search}` };
}

/** Reads `https://HOST[:PORT]`, without a path. Throws `MAYFLY_CI_ADDRESS`. */
export function parseAddress(server: string, text: string): string {
  const { address, path } = splitUrl(server, text);
  if (path !== '/' || text.replace(/\/$/u, '') !== address) {
    throw createError('MAYFLY_CI_ADDRESS', { server });
  }
  return address;
}
