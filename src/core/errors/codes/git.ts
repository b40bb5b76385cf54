import type { CatalogueEntry } from '../kinds.ts';

/** Fetching and reading git repositories. */
export const gitCodes = {
  MAYFLY_GIT_URL_SYNTAX: {
    kind: 'invalid',
    message: 'the git URL cannot be read',
    hint: 'write https://HOST/PATH or ssh://USER@HOST/PATH, without query, fragment or control characters',
  },
  MAYFLY_GIT_URL_SCHEME: {
    kind: 'invalid',
    message: 'the git URL is neither https nor ssh',
    hint: 'write https://HOST/PATH or ssh://USER@HOST/PATH',
  },
  MAYFLY_GIT_URL_CREDENTIALS: {
    kind: 'invalid',
    message: 'the git URL of host {host} carries credentials',
    hint: 'remove them from the URL and name a Secret in auth',
  },
  MAYFLY_GIT_HOST_NOT_ALLOWED: {
    kind: 'denied',
    message: 'host {host} is not among the allowed git hosts',
    hint: 'ask the administrator to add the host to the allowed git hosts',
  },
  MAYFLY_GIT_ADDRESS_FORBIDDEN: {
    kind: 'denied',
    message: 'host {host} has the {range} address {address}',
    hint: 'addresses that are not public need an entry of exactly this host among the allowed git hosts; link-local and metadata addresses an entry of the address itself',
  },
  MAYFLY_GIT_HOST_UNRESOLVED: {
    kind: 'unavailable',
    message: 'host {host} cannot be resolved',
  },
  MAYFLY_GIT_REF_INVALID: {
    kind: 'invalid',
    message: 'the {kind} to follow is not well formed',
    hint: 'give the name without refs/heads/ or refs/tags/, or a full commit id of 40 hexadecimal digits',
  },
  MAYFLY_GIT_REF_NOT_FOUND: {
    kind: 'invalid',
    message: '{kind} {name} does not exist at {host}',
    hint: 'check the name, and that the repository is not empty',
  },
  MAYFLY_GIT_SEMVER_INVALID: {
    kind: 'invalid',
    message: 'the semver range cannot be read',
    hint: 'write for example ">=1.2.0 <2.0.0", "^1.2", "~1.2.3" or "1.x"',
  },
  MAYFLY_GIT_SEMVER_NO_MATCH: {
    kind: 'invalid',
    message: 'no tag at {host} is a version within the range',
    hint: 'check the range; pre-releases match only a range that names one',
  },
  MAYFLY_GIT_KEY_INVALID: {
    kind: 'invalid',
    message: 'the name of a local git store is not NAMESPACE/NAME',
    hint: 'use lower-case letters, digits, dashes and dots',
  },
  MAYFLY_GIT_INCLUDE_INVALID: {
    kind: 'invalid',
    message: 'entry {index} of include is not a path pattern',
    hint: 'write a relative path with *, ** and ?, without .. and without a leading slash',
  },
  MAYFLY_GIT_AUTH_UNFIT: {
    kind: 'invalid',
    message: 'authentication of kind {kind} cannot be used with an {scheme} URL',
    hint: 'use basic or bearer with https, and an ssh key with ssh',
  },
  MAYFLY_GIT_CREDENTIAL_INVALID: {
    kind: 'invalid',
    message: 'the {part} for {host} is empty or holds a control character',
    hint: 'store the value without a line break at its end',
  },
  MAYFLY_GIT_SSH_KEY_INVALID: {
    kind: 'invalid',
    message: 'the ssh private key for {host} cannot be read',
    hint: 'give an OpenSSH or PEM private key of type ed25519, ecdsa or rsa, and its passphrase when it has one',
  },
  MAYFLY_GIT_CA_INVALID: {
    kind: 'invalid',
    message: 'the CA for {host} holds no PEM certificate',
    hint: 'give the certificates as PEM blocks, BEGIN CERTIFICATE to END CERTIFICATE',
  },
  MAYFLY_GIT_NOT_INSTALLED: {
    kind: 'invalid',
    message: 'the program {program} was not found',
    hint: 'install it, or give its path in the configuration',
  },
  MAYFLY_GIT_TOO_OLD: {
    kind: 'invalid',
    message: 'git {version} is too old',
    hint: 'install git 2.37 or newer: older ones cannot pin the address of a host',
  },
  MAYFLY_GIT_NO_MEMORY_FOLDER: {
    kind: 'invalid',
    message: 'the folder {path} for credentials is not in memory',
    hint: 'mount a tmpfs there, or name a folder of one in the configuration',
  },
  MAYFLY_GIT_UNAUTHENTICATED: {
    kind: 'unauthenticated',
    message: 'host {host} did not accept the credentials',
    hint: 'check the Secret that auth names, and whether the token has expired',
  },
  MAYFLY_GIT_FORBIDDEN: {
    kind: 'denied',
    message: 'host {host} forbids reading the repository',
    hint: 'grant the identity read access to the repository',
  },
  MAYFLY_GIT_NOT_FOUND: {
    kind: 'denied',
    message: 'host {host} knows no such repository, or hides it from this identity',
    hint: 'check the path of the URL and the access of the identity',
  },
  MAYFLY_GIT_REDIRECT: {
    kind: 'denied',
    message: 'host {host} redirects the repository elsewhere',
    hint: 'redirects are not followed: give the final URL',
  },
  MAYFLY_GIT_CERTIFICATE: {
    kind: 'denied',
    message: 'the certificate of host {host} is not trusted',
    hint: 'check the host name and the validity, or give the CA that signed it',
  },
  MAYFLY_GIT_HOST_KEY: {
    kind: 'denied',
    message: 'the ssh key of host {host} is not in known_hosts',
    hint: 'add the key that the host publishes, after comparing its fingerprint',
  },
  MAYFLY_GIT_UNAVAILABLE: {
    kind: 'unavailable',
    message: 'host {host} did not serve the repository',
  },
  MAYFLY_GIT_THROTTLED: {
    kind: 'unavailable',
    message: 'host {host} asked to slow down',
  },
  MAYFLY_GIT_TIMEOUT: {
    kind: 'unavailable',
    message: 'host {host} was not done after {seconds} s',
  },
  MAYFLY_GIT_REWIND: {
    kind: 'denied',
    message: 'commit {offered} does not descend from the accepted commit {accepted}',
    hint: 'the history was rewritten: restore the branch, or set history to Any for one pass',
  },
  MAYFLY_GIT_TAG_MOVED: {
    kind: 'denied',
    message: 'tag {tag} moved from the accepted commit {accepted} to {offered}',
    hint: 'move it back and make a new tag, or set history to Any for one pass',
  },
  MAYFLY_GIT_SEMVER_LOWER: {
    kind: 'denied',
    message: 'the highest tag is {offered}, lower than the accepted {accepted}',
    hint: 'restore the tag, or set history to Any for one pass',
  },
  MAYFLY_GIT_BYTES_EXCEEDED: {
    kind: 'exceeded',
    message: 'the repository at {host} is over its limit of {limit} bytes',
    hint: 'narrow include, move large files elsewhere, or raise limits.bytes',
  },
  MAYFLY_GIT_FILES_EXCEEDED: {
    kind: 'exceeded',
    message: 'the tree has more than {limit} files to read',
    hint: 'narrow include, or raise limits.files',
  },
  MAYFLY_GIT_TREE_EXCEEDED: {
    kind: 'exceeded',
    message: 'the listing of the tree is over {limit} bytes',
    hint: 'keep encrypted files in a repository of their own',
  },
  MAYFLY_GIT_MEMORY_EXCEEDED: {
    kind: 'exceeded',
    message: 'what host {host} sent made git take more than {limit} bytes of memory',
    hint: 'remove old refs, or split the repository',
  },
  MAYFLY_GIT_REFS_EXCEEDED: {
    kind: 'exceeded',
    message: 'host {host} lists more than {limit} bytes of refs',
    hint: 'remove old tags, or follow a branch',
  },
  MAYFLY_GIT_OBJECTS_CORRUPT: {
    kind: 'corrupt',
    message: 'the objects that host {host} sent do not verify',
    hint: 'run git fsck on the repository',
  },
  MAYFLY_GIT_SYMLINK: {
    kind: 'invalid',
    message: 'the file is a symbolic link',
    hint: 'links are never followed: commit the file itself',
  },
  MAYFLY_GIT_SUBMODULE: {
    kind: 'invalid',
    message: 'the path is a submodule',
    hint: 'submodules are never fetched: make it a source of its own',
  },
  MAYFLY_GIT_LFS_POINTER: {
    kind: 'invalid',
    message: 'the file is a Git LFS pointer',
    hint: 'commit the file itself: encrypted files are small',
  },
  MAYFLY_GIT_PATH_UNSAFE: {
    kind: 'invalid',
    message: 'the path holds a name that some file systems treat specially',
    hint: 'avoid control characters, backslashes, colons, names that end with a dot or a space, and variants of .git',
  },
  MAYFLY_GIT_PATH_NOT_UTF8: {
    kind: 'invalid',
    message: 'the path is not UTF-8',
    hint: 'rename the file',
  },
  MAYFLY_GIT_PATH_CASE_CLASH: {
    kind: 'invalid',
    message: 'the path differs from another one in letter case alone',
    hint: 'rename one of the files',
  },
  MAYFLY_GIT_PATH_TOO_LONG: {
    kind: 'exceeded',
    message: 'the path is too long or too deep',
    hint: 'at most 64 folders and 1024 bytes are read',
  },
  MAYFLY_GIT_FILE_TOO_LARGE: {
    kind: 'exceeded',
    message: 'the file is over limits.fileBytes',
    hint: 'split the file, or raise limits.fileBytes',
  },
  MAYFLY_GIT_HOOK_DENIED: {
    kind: 'unauthenticated',
    message: 'the push hook is not proven',
    hint: 'check the type of the hook and that both sides have the same secret',
  },
  MAYFLY_GIT_HOOK_THROTTLED: {
    kind: 'unavailable',
    message: 'push hooks come too fast',
  },
  MAYFLY_GIT_HOOK_TOO_LARGE: {
    kind: 'exceeded',
    message: 'the body of the push hook is over {limit} bytes',
    hint: 'the source is looked at in its interval all the same',
  },
} as const satisfies Record<string, CatalogueEntry>;
