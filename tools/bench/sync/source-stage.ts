import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  createGitWorkTree,
  type GitWorkTree,
} from '#test/support/git-server/create-git-work-tree.ts';
import {
  createTestGitServer,
  type TestGitServer,
} from '#test/support/git-server/create-test-git-server.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { provideSealedFiles, type SealedFiles, type SealedFilesOptions } from '../sealed-files.ts';

/** A repository of sealed files below `secrets/`, served by a real git over real https on this machine. */
export interface SourceStage {
  /** A temporary folder for whatever else the benchmark needs. */
  readonly folder: string;
  readonly sealed: SealedFiles;
  readonly work: GitWorkTree;
  readonly server: TestGitServer;
  close(): Promise<void>;
}

/** The path in the repository of one sealed file. */
export function repositoryPath(file: string): string {
  return `secrets/${basename(file)}`;
}

/** Makes the repository; with `empty` the files are not pushed yet, see {@link pushSealedFiles}. */
export async function createSourceStage(
  options: SealedFilesOptions & { readonly empty?: boolean },
  say: (progress: string) => void,
): Promise<SourceStage> {
  const sealed = await provideSealedFiles(options, say);
  say('making the repository');
  const temp = await createTempFolder();
  const work = await createGitWorkTree(temp.path);
  await work.push({ 'readme.txt': 'A repository of a benchmark.\n' });
  const server = await createTestGitServer({ repository: work.bare });
  const stage: SourceStage = {
    folder: temp.path,
    sealed,
    work,
    server,
    close: async () => {
      await server.close();
      await temp.remove();
    },
  };
  if (options.empty !== true) await pushSealedFiles(stage, sealed.files);
  return stage;
}

/** Adds files to the repository in one commit and pushes it. */
export async function pushSealedFiles(
  { work }: Pick<SourceStage, 'work'>,
  files: readonly string[],
): Promise<string> {
  await mkdir(join(work.path, 'secrets'), { recursive: true });
  await Promise.all(files.map((file) => copyFile(file, join(work.path, repositoryPath(file)))));
  return work.push({}, 'add files');
}
