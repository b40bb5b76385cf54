const version = /^git version ([0-9]{1,4})\.([0-9]{1,4})(?:[. -].*)?$/u;

/** The oldest git that can pin the address of a host (`http.curloptResolve`). */
const oldest = [2, 37] as const;

/** Reads the first line of `git --version`: whether this git can be used. Null when it is no such line. */
export function parseGitVersion(line: string): { readonly isSupported: boolean } | null {
  const found = version.exec(line.trim());
  if (found === null) return null;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  return { isSupported: major > oldest[0] || (major === oldest[0] && minor >= oldest[1]) };
}
