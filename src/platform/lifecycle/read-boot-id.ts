import { readFileBounded } from '#platform/files/read-file-bounded.ts';

const path = '/proc/sys/kernel/random/boot_id';

/** Names this start of the machine ({@link https://man7.org/linux/man-pages/man4/random.4.html}); null where none is told. */
export async function readBootId(): Promise<string | null> {
  try {
    const text = await readFileBounded(path, 100);
    return text.toString('utf8').trim();
  } catch {
    return null;
  }
}
