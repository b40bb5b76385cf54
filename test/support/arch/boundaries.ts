import { readImports, type Import } from './read-imports.ts';
import type { SourceFile } from './source-files.ts';

/** What the files below a folder may import. Rows are read from the top; the first that fits a file counts. */
interface Arrow {
  readonly from: RegExp;
  readonly files: readonly RegExp[];
  readonly packages: readonly string[];
  /** Whether modules of Node may be imported. */
  readonly node: boolean;
}

const core = /^src\/core\//u;
const platform = /^src\/platform\//u;
/** What roles share that are processes of their own. */
const shared = /^src\/roles\/(?:define-role\.ts|(?:cluster|sources|stores|tenancy)\/)/u;

/**
 * One adapter is a folder of `src/adapters`, or a folder of one of the families: members that can be exchanged for each
 * other, or, in `kube`, parts that meet only in the port of the API.
 */
export const adapterFolder =
  /^src\/adapters\/((?:(?:store|decryptor|encryptor|identity|replay|kube)\/)?[^/]+)\//u;

/** The packages that one adapter may import: what it needs to speak to its one outside thing. */
const adapterPackages: Readonly<Record<string, readonly string[]>> = {
  age: ['age-encryption', 'ssh2'],
  'kube/access': ['@kubernetes/client-node'],
  'identity/oidc': ['jose'],
  'ssh-agent': ['ssh2'],
  'decryptor/sops': ['yaml', 're2js'],
  'store/vault': ['node-vault'],
  'replay/valkey': ['@redis/client'],
  'encryptor/sops': ['yaml', 're2js'],
};

const arrows: readonly Arrow[] = [
  { from: core, files: [core], packages: ['typebox'], node: false },
  {
    from: platform,
    // `api/object.ts` holds the words that the ports are written in; texts are read in one way everywhere.
    files: [
      platform,
      /^src\/core\/(?:errors|secret|ports|text)\//u,
      /^src\/core\/api\/(?:object|duration)\.ts$/u,
    ],
    packages: ['pino', 'fastify', 'prom-client', 'typebox', 'yaml', 're2js'],
    node: true,
  },
  {
    from: /^src\/roles\/(?:webhook|certs)\/compose\.ts$/u,
    files: [core, platform, shared, /^(?:webhook|certs)\//u, /^src\/adapters\/kube\//u],
    packages: ['fastify'],
    node: true,
  },
  {
    from: /^src\/roles\/[^/]+\/(?:.+\/)?compose\.ts$/u,
    files: [core, platform, shared, /^src\/adapters\//u],
    packages: ['fastify', 'commander'],
    node: true,
  },
  {
    from: /^src\/(?:main|roles\/(?:pod-main|(?:pod-)?registry))\.ts$/u,
    files: [/^src\/roles\//u],
    packages: [],
    node: true,
  },
  {
    from: /^src\/roles\//u,
    files: [core, platform, shared, /^package\.json$/u],
    packages: ['fastify', 'commander', 'typebox'],
    node: true,
  },
  {
    from: /^webhook\//u,
    files: [core, platform, /^webhook\//u],
    packages: ['fastify', 'typebox'],
    node: true,
  },
  {
    from: /^certs\//u,
    files: [core, platform, /^certs\//u],
    packages: ['@peculiar/asn1-schema', '@peculiar/asn1-x509'],
    node: true,
  },
];

/** Every import that goes against an arrow, as `file -> what it imports`. */
export function findForbiddenImports(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) =>
    readImports(file)
      .filter((target) => !isAllowed(file.path, target))
      .map((target) => `${file.path} -> ${target.kind === 'file' ? target.path : target.name}`),
  );
}

function isAllowed(from: string, target: Import): boolean {
  const arrow = arrowOf(from);
  if (arrow === null) return false;
  switch (target.kind) {
    case 'node':
      return arrow.node;
    case 'package':
      return arrow.packages.includes(target.name);
    case 'file':
      return isOwnUnit(from, target.path) || arrow.files.some((place) => place.test(target.path));
  }
}

function arrowOf(from: string): Arrow | null {
  const adapter = adapterFolder.exec(from)?.[1];
  if (adapter !== undefined) {
    const packages = ['typebox', ...(adapterPackages[adapter] ?? [])];
    return { from: /^src\/adapters\//u, files: [core, platform], packages, node: true };
  }
  return arrows.find((arrow) => arrow.from.test(from)) ?? null;
}

const ofStandalone = /^src\/roles\/(?:controller|broker)\//u;

/** An adapter and a role may import themselves; standalone runs the controller's reconcilers and the broker. */
function isOwnUnit(from: string, target: string): boolean {
  const unit = findUnit(from);
  if (unit === null) return false;
  if (unit === 'src/roles/standalone/' && ofStandalone.test(target)) return true;
  return target.startsWith(unit);
}

/** The folder of the adapter or the role that a file belongs to. */
export function findUnit(path: string): string | null {
  return (adapterFolder.exec(path) ?? /^src\/roles\/[^/]+\//u.exec(path))?.[0] ?? null;
}
