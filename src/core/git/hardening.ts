/**
 * The configuration every git command runs with, beside an environment that keeps out the files of the machine
 * and of users. It allows no transport but the one asked for, runs no hook, checks every object that comes in,
 * keeps what comes in as packs, and streams large blobs instead of holding them.
 */
const hardened: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.attributesFile': '/dev/null',
  'core.excludesFile': '/dev/null',
  'core.fsmonitor': 'false',
  'core.symlinks': 'false',
  'core.protectHFS': 'true',
  'core.protectNTFS': 'true',
  'core.bigFileThreshold': '1m',
  'core.deltaBaseCacheLimit': '16m',
  'core.packedGitLimit': '256m',
  'credential.helper': '',
  'fetch.fsckObjects': 'true',
  'transfer.fsckObjects': 'true',
  'fetch.unpackLimit': '1',
  'fetch.recurseSubmodules': 'false',
  'fetch.writeCommitGraph': 'false',
  'transfer.bundleURI': 'false',
  'fetch.uriProtocols': '',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'http.followRedirects': 'false',
  'http.sslVerify': 'true',
  'http.sslVersion': 'tlsv1.2',
  'http.cookieFile': '',
  'http.proxy': '',
  'http.proactiveAuth': 'auto',
  'pack.threads': '1',
  'protocol.allow': 'never',
  'protocol.version': '2',
  'safe.bareRepository': 'all',
};

/** The `-c` arguments of a git command; `extra` holds those of the one host that is spoken to. */
export function renderGitConfig(extra: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries({ ...hardened, ...extra }).flatMap(([key, value]) => [
    '-c',
    `${key}=${value}`,
  ]);
}
