import { readFileBounded } from '#platform/files/read-file-bounded.ts';

const maxBytes = 4 * 1024 * 1024;

/** Number of a user (`/etc/passwd`) or a group (`/etc/group`); null when the file does not name it. */
export async function readAccount(
  file: '/etc/passwd' | '/etc/group',
  account: string | number,
): Promise<number | null> {
  if (typeof account === 'number') return account;
  const lines = (await readFileBounded(file, maxBytes)).toString('utf8').split('\n');
  const fields = lines.map((line) => line.split(':')).find(([name]) => name === account);
  const id = Number(fields?.[2] ?? Number.NaN);
  return Number.isSafeInteger(id) ? id : null;
}
