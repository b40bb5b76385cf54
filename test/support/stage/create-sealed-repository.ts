/** A repository of encrypted manifests on a real https host. Free of the test runner. */
import { createGitWorkTree, type GitWorkTree } from '../git-server/create-git-work-tree.ts';
import {
  createTestGitServer,
  type TestGitServer,
  type TestGitServerOptions,
} from '../git-server/create-test-git-server.ts';
import { createEncrypting, type Encrypting } from '../sops/encrypting.ts';

export interface SealedRepository {
  readonly work: GitWorkTree;
  readonly server: TestGitServer;
  readonly encrypting: Encrypting;
  /** A manifest of a Secret whose values are encrypted. */
  seal(name: string, values: Readonly<Record<string, string>>): Promise<string>;
}

/** Makes the repository in two new folders below `parent`. Its server is to be closed. */
export async function createSealedRepository(
  parent: string,
  options: Omit<TestGitServerOptions, 'repository'> = {},
): Promise<SealedRepository> {
  const work = await createGitWorkTree(parent);
  const server = await createTestGitServer({ repository: work.bare, ...options });
  const encrypting = await createEncrypting();
  return {
    work,
    server,
    encrypting,
    seal: async (name, values) =>
      await encrypting.encrypt('secret.yaml', renderManifest(name, values), {
        rule: { kind: 'encrypted-regex', pattern: '^(data|stringData)$' },
      }),
  };
}

/** A manifest of a Secret, not yet encrypted; JSON is YAML too. */
function renderManifest(name: string, values: Readonly<Record<string, string>>): string {
  const lines = Object.entries(values).map(
    ([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`,
  );
  return `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\nstringData:\n${lines.join('')}`;
}
