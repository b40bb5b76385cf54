// src/core/errors/codes/age.ts
var ageCodes = {
  MAYFLY_AGE_IDENTITY_INVALID: {
    kind: "invalid",
    message: "line {line} of key file {file} is not an age identity",
    hint: "a line holds one AGE-SECRET-KEY-1 or AGE-SECRET-KEY-PQ-1 identity, or a comment; an ed25519 or rsa private key (2048 bits and more) stands as a PEM block"
  },
  MAYFLY_AGE_IDENTITY_PLUGIN: {
    kind: "invalid",
    message: "line {line} of key file {file} is a plugin identity",
    hint: "plugins are not run; use an X25519, post-quantum or ssh identity"
  },
  MAYFLY_AGE_IDENTITY_PROTECTED: {
    kind: "invalid",
    message: "line {line} of key file {file} starts a key that is protected by a passphrase",
    hint: "only the command line asks for passphrases; remove the passphrase from a key that a server uses"
  },
  MAYFLY_AGE_IDENTITY_NONE: {
    kind: "invalid",
    message: "key file {file} holds no identity",
    hint: "age-keygen makes one"
  },
  MAYFLY_AGE_IDENTITY_LIMIT: {
    kind: "exceeded",
    message: "key file {file} is larger than {limit}"
  },
  MAYFLY_AGE_PASSPHRASE_WRONG: {
    kind: "denied",
    message: "the passphrase does not open key file {file}",
    hint: "try again with the passphrase that protects this file"
  },
  MAYFLY_AGE_RECIPIENT_INVALID: {
    kind: "invalid",
    message: "recipient {recipient} is not an age recipient",
    hint: "use age1\u2026, age1pq1\u2026, or the ssh-ed25519 or ssh-rsa (2048 bits and more) line of a public key file"
  },
  MAYFLY_AGE_KEY_MALFORMED: {
    kind: "corrupt",
    message: "the data key wrapped for {recipient} is not a well-formed age file"
  },
  MAYFLY_AGE_KEY_TAMPERED: {
    kind: "corrupt",
    message: "the data key wrapped for {recipient} does not verify"
  }
};

// src/core/errors/codes/agent.ts
var agentCodes = {
  MAYFLY_AGENT_USAGE: {
    kind: "invalid",
    message: "the agent takes one word: init, sidecar or ready",
    hint: "the webhook writes the command of the agent; outside of a pod it has no use"
  },
  MAYFLY_AGENT_PLAN: {
    kind: "invalid",
    message: "the plan of the agent is wrong at {field}",
    hint: "the webhook hands it over: run webhook and agent of one version, and no agent by hand"
  },
  MAYFLY_AGENT_TOKEN: {
    kind: "unavailable",
    message: "the token for the store {store} cannot be read at {path} ({reason})",
    hint: "the kubelet writes it: look at the events of the pod for the projected volume"
  },
  MAYFLY_AGENT_DEADLINE: {
    kind: "unavailable",
    message: "not everything was read from {stores} within {seconds} s",
    hint: "look whether the stores answer from within the pod"
  },
  MAYFLY_AGENT_KEY_MISSING: {
    kind: "invalid",
    message: "there is no key {key} at {path} of the store {store}",
    hint: "name a key that is there, or mark a variable as optional"
  },
  MAYFLY_AGENT_NOT_ONE_VALUE: {
    kind: "invalid",
    message: "{key} at {path} of the store {store} is not one value",
    hint: "name a key that holds one value, or have the whole as a file"
  },
  MAYFLY_AGENT_NOT_READY: {
    kind: "unavailable",
    message: "the first files are not written yet",
    hint: "the log of the agent says what it waits for"
  }
};

// src/core/errors/codes/audit.ts
var auditCodes = {
  MAYFLY_AUDIT_BROKEN: {
    kind: "corrupt",
    message: "the audit log is not whole (problems: {problems}); {path}, line {line}: {problem}",
    hint: "compare it with a copy that was kept elsewhere; what stands before the first problem can be trusted"
  },
  MAYFLY_AUDIT_UNAVAILABLE: {
    kind: "unavailable",
    message: "the audit log cannot be written: {reason}",
    hint: "make room, or give it a folder that can be written to; no value leaves until then"
  }
};

// src/core/errors/codes/broker.ts
var brokerCodes = {
  MAYFLY_BROKER_DEADLINE: {
    kind: "unavailable",
    message: "the broker had no time left to answer: {limit} ms are over"
  },
  MAYFLY_BROKER_FULL: {
    kind: "unavailable",
    message: "the broker holds {limit} {what}, and takes no more until some are over"
  },
  MAYFLY_BROKER_KEY_MISSING: {
    kind: "invalid",
    message: "there is no key {key} at {path} of store {store}",
    hint: "name a key that is there; without #KEY a reference is every key"
  },
  MAYFLY_BROKER_LEASE_UNKNOWN: {
    kind: "invalid",
    message: "there is no such lease of this identity",
    hint: "a lease is known to the broker that opened it, to the identity it was opened for, until it is over"
  },
  MAYFLY_BROKER_STALE: {
    kind: "unavailable",
    message: "the broker does not know what is allowed now: {reason}"
  },
  MAYFLY_BROKER_STORE_LOGIN: {
    kind: "invalid",
    message: "the broker cannot log in to store {store}: {problem}",
    hint: "name a ServiceAccount in spec.serviceAccountName; without a cluster only stores of the provider git can be read"
  },
  MAYFLY_BROKER_THROTTLED: {
    kind: "unavailable",
    message: "there are too many requests of one {what}"
  },
  MAYFLY_BROKER_TOKEN: {
    kind: "unauthenticated",
    message: "the token of the broker is over, was revoked or never was"
  },
  MAYFLY_BROKER_TOKEN_MISSING: {
    kind: "invalid",
    message: "the request has no token, or two",
    hint: "send it either in the body or as Authorization: Bearer"
  }
};

// src/core/errors/codes/certs.ts
var certsCodes = {
  MAYFLY_CERTS_SECRET_MISSING: {
    kind: "invalid",
    retry: "backoff",
    message: "there is no secret {secret} to keep certificates in",
    hint: "apply the empty Secret of manifests/base: mayfly certs fills it, and may not create one"
  },
  MAYFLY_CERTS_WEBHOOK_MISSING: {
    kind: "invalid",
    message: "there is no {webhook}",
    hint: "apply it, or take its name out of the section certs of the configuration"
  },
  MAYFLY_CERTS_DAMAGED: {
    kind: "corrupt",
    message: "the key {key} of the secret {secret} {problem}",
    hint: "what can still be used is kept and the rest is made anew; find out who else writes to it"
  },
  MAYFLY_CERTS_INJECTION: {
    kind: "invalid",
    message: "the certificate authority of {webhook} {problem}",
    hint: "look at the Certificate and at the cainjector of cert-manager; docs/certificates.md has what both need"
  },
  MAYFLY_CERTS_FILE: {
    kind: "invalid",
    message: "the certificate file {path} {problem}",
    hint: "put a certificate that is valid for longer in its place"
  }
};

// src/core/errors/codes/ci.ts
var ciCodes = {
  MAYFLY_CI_ADDRESS: {
    kind: "invalid",
    message: "the address of {server} is none such as https://mayfly.example.com:8443",
    hint: "write https://HOST or https://HOST:PORT, in lower case and without a path; nothing else is spoken to"
  },
  MAYFLY_CI_ANSWER: {
    kind: "unavailable",
    message: "what {server} answered cannot be read",
    hint: "look whether the address is right, and whether both sides are of versions that fit"
  },
  MAYFLY_CI_CA_INVALID: {
    kind: "invalid",
    message: "the CA for {server} holds no PEM certificate",
    hint: "give the certificates as PEM blocks, BEGIN CERTIFICATE to END CERTIFICATE"
  },
  MAYFLY_CI_CERTIFICATE: {
    kind: "denied",
    message: "the certificate of {server} is not trusted",
    hint: "give the CA that signed it: --ca FILE for the broker (of the Action: ca), NODE_EXTRA_CA_CERTS for others"
  },
  MAYFLY_CI_CERTIFICATE_NAME: {
    kind: "denied",
    message: "the certificate of {server} does not bear the name {name}",
    hint: "use the address that the certificate is for"
  },
  MAYFLY_CI_DENIED: {
    kind: "denied",
    message: "the broker denied; its audit log tells why under {auditId}",
    hint: "check the names of the policy, stores and paths, and that the token was not used before; whoever keeps the policy finds the clause under the audit id, or with mayfly explain token"
  },
  MAYFLY_CI_FOLDER: {
    kind: "denied",
    message: "the folder {path} cannot hold the files: it {problem}",
    hint: "name a folder that is not there yet, in memory and outside of the checkout, such as /dev/shm/mayfly-JOB"
  },
  MAYFLY_CI_FOLDER_DISK: {
    kind: "denied",
    message: "the files would be written to a disk, at {path}",
    hint: "name a folder in memory with --folder, or accept the disk with --allow-disk (of the Action: allow-disk)"
  },
  MAYFLY_CI_LOGIN_DENIED: {
    kind: "denied",
    message: "the login at {server} was not given ({reason})",
    hint: "run the command again and confirm the code in the browser before it ends"
  },
  MAYFLY_CI_MASK_SHORT: {
    kind: "denied",
    message: "the value of {name} has under {characters} characters: masking it would make logs unreadable",
    hint: "use a longer value, or accept that the log may show it with --allow-short (of the Action: allow-short)"
  },
  MAYFLY_CI_PROGRAM: {
    kind: "invalid",
    message: "the program {program} cannot be started ({reason})",
    hint: "check its name, PATH and that it may be executed"
  },
  MAYFLY_CI_REDIRECT: {
    kind: "denied",
    message: "{server} redirects to another address",
    hint: "redirects are not followed: give the address that answers"
  },
  MAYFLY_CI_REFUSED: {
    kind: "invalid",
    message: "{server} takes the request to be wrong ({status} {reason})",
    hint: "check the references and the ttl; a broker of another version may know other requests"
  },
  MAYFLY_CI_SECRET: {
    kind: "invalid",
    message: "a secret that is asked for is wrong: {problem}",
    hint: "write NAME=STORE:PATH#KEY, where NAME is letters, digits and underscores"
  },
  MAYFLY_CI_THROTTLED: {
    kind: "unavailable",
    message: "{server} asks to slow down"
  },
  MAYFLY_CI_TOKEN_NONE: {
    kind: "invalid",
    message: "there is no identity token: {problem}",
    hint: "the page of your CI system in docs/ci shows what a job needs; elsewhere name --token-file or --token-env, and as a person --login ISSUER --client-id ID"
  },
  MAYFLY_CI_TOKEN_REFUSED: {
    kind: "unauthenticated",
    message: "{server} did not accept the identity token; the audit log tells why under {auditId}",
    hint: "its audience must be the address of the broker, or what the TokenIssuer names (--audience); it may also have expired, or been used before"
  },
  MAYFLY_CI_TOKEN_SHAPE: {
    kind: "invalid",
    message: "what came from {source} is no identity token",
    hint: "it must be a JSON Web Token of at most 16 KiB"
  },
  MAYFLY_CI_TOO_LARGE: {
    kind: "exceeded",
    message: "the answer of {server} is over {limit} bytes",
    hint: "ask for fewer values at once"
  },
  MAYFLY_CI_UNAVAILABLE: {
    kind: "unavailable",
    message: "{server} did not answer: {reason}"
  },
  MAYFLY_CI_UNRESOLVED: {
    kind: "unavailable",
    message: "host {host} of {server} cannot be resolved"
  },
  MAYFLY_CI_VALUE_MISSING: {
    kind: "invalid",
    message: "the policy grants it, but a value is not there ({reason}); the audit log of the broker names it under {auditId}",
    hint: "check the paths and keys of the references"
  }
};

// src/core/errors/codes/cli.ts
var cliCodes = {
  MAYFLY_CLI_COMMAND_UNKNOWN: {
    kind: "invalid",
    message: "unknown command {name}{suggestion}",
    hint: "mayfly --help lists the commands"
  },
  MAYFLY_CLI_OPTION_UNKNOWN: {
    kind: "invalid",
    message: "unknown option {name}{suggestion}",
    hint: "mayfly COMMAND --help lists the options"
  },
  MAYFLY_CLI_USAGE: {
    kind: "invalid",
    message: "the command line is not understood: {reason}",
    hint: "mayfly COMMAND --help shows an example"
  },
  MAYFLY_CLI_NO_IDENTITY: {
    kind: "invalid",
    message: "no identity is given",
    hint: "name an age identity file with --identity FILE or in MAYFLY_IDENTITY"
  },
  MAYFLY_CLI_NO_TERMINAL: {
    kind: "invalid",
    message: "the passphrase of {file} cannot be asked for: there is no terminal",
    hint: "run the command in a terminal, or give an identity file without a passphrase"
  },
  MAYFLY_CLI_PASSPHRASE_CANCELLED: {
    kind: "invalid",
    message: "no passphrase was given for {file}",
    hint: "run the command again and type the passphrase"
  },
  MAYFLY_CLI_BINARY_TO_TERMINAL: {
    kind: "invalid",
    message: "the output holds bytes that could upset a terminal",
    hint: "write it to a file with --output FILE, or force it with --output -"
  },
  MAYFLY_CLI_FILE_EXISTS: {
    kind: "invalid",
    message: "{file} exists already",
    hint: "an identity is never overwritten; name another file"
  },
  MAYFLY_CLI_NOT_ENCRYPTED: {
    kind: "invalid",
    message: "{file} is not an encrypted file",
    hint: "give a file that carries sops metadata; --input-type tells the format when the name does not"
  }
};

// src/core/errors/codes/cluster.ts
var clusterCodes = {
  MAYFLY_CLUSTER_IDENTITY: {
    kind: "corrupt",
    message: "the secret {namespace}/{name} does not hold the id and the digest key of the cluster",
    hint: "restore it from a backup, or delete it: a new one is made, and every secret is written once more"
  },
  MAYFLY_RECONCILE_UNOBSERVED: {
    kind: "unavailable",
    message: "{object}: no controller has looked at it in time",
    hint: "look whether one runs and leads; --wait 5m waits longer, --wait 0s only asks"
  },
  MAYFLY_DETACH_UNOBSERVED: {
    kind: "unavailable",
    message: "{object}: a controller has not yet seen that it is suspended",
    hint: "run the command again; with no controller running it can be left out with --wait 0s"
  }
};

// src/core/errors/codes/config.ts
var configCodes = {
  MAYFLY_CONFIG_UNKNOWN: {
    kind: "invalid",
    message: "{place}: {key} is not a setting; {suggestion}",
    hint: "the configuration reference lists every setting with its environment variable and flag"
  },
  MAYFLY_CONFIG_INVALID: {
    kind: "invalid",
    message: "{place}: {key} {problem}",
    hint: "correct it there; the configuration reference says what the setting takes"
  },
  MAYFLY_CONFIG_CONFLICT: {
    kind: "invalid",
    message: "{key} {problem}",
    hint: "change one of the two; the configuration reference explains both"
  }
};

// src/core/errors/codes/format.ts
var formatCodes = {
  MAYFLY_FORMAT_VALUE: {
    kind: "invalid",
    message: "the value of {key} cannot be written as {format}: it {problem}",
    hint: "choose another format, or write the file with a template"
  },
  MAYFLY_FORMAT_KEY: {
    kind: "invalid",
    message: "the key {key} cannot be written as {format}: it {problem}",
    hint: "rename the key, choose another format, or write the file with a template"
  },
  MAYFLY_FORMAT_FIELDS: {
    kind: "invalid",
    message: "{format} needs {needs}",
    hint: "give the secret these keys and no others, or write the file with a template"
  },
  MAYFLY_FORMAT_TOO_LARGE: {
    kind: "exceeded",
    message: "the rendered file is larger than {limit} bytes",
    hint: "read fewer keys into one file"
  },
  MAYFLY_FORMAT_VARIABLE: {
    kind: "invalid",
    message: "the variable {variable} cannot be set: its value {problem}",
    hint: "deliver it as a file (in a pod mayfly.dev/secret.NAME, in a job --file), or keep it base64-encoded in the store"
  },
  MAYFLY_FORMAT_VARIABLE_EMPTY: {
    kind: "invalid",
    message: "the variable {variable} cannot be set: its value is missing or empty",
    hint: "give it a value in the store, or say that the variable is optional"
  }
};

// src/core/errors/codes/git.ts
var gitCodes = {
  MAYFLY_GIT_URL_SYNTAX: {
    kind: "invalid",
    message: "the git URL cannot be read",
    hint: "write https://HOST/PATH or ssh://USER@HOST/PATH, without query, fragment or control characters"
  },
  MAYFLY_GIT_URL_SCHEME: {
    kind: "invalid",
    message: "the git URL is neither https nor ssh",
    hint: "write https://HOST/PATH or ssh://USER@HOST/PATH"
  },
  MAYFLY_GIT_URL_CREDENTIALS: {
    kind: "invalid",
    message: "the git URL of host {host} carries credentials",
    hint: "remove them from the URL and name a Secret in auth"
  },
  MAYFLY_GIT_HOST_NOT_ALLOWED: {
    kind: "denied",
    message: "host {host} is not among the allowed git hosts",
    hint: "ask the administrator to add the host to the allowed git hosts"
  },
  MAYFLY_GIT_ADDRESS_FORBIDDEN: {
    kind: "denied",
    message: "host {host} has the {range} address {address}",
    hint: "addresses that are not public need an entry of exactly this host among the allowed git hosts; link-local and metadata addresses an entry of the address itself"
  },
  MAYFLY_GIT_HOST_UNRESOLVED: {
    kind: "unavailable",
    message: "host {host} cannot be resolved"
  },
  MAYFLY_GIT_REF_INVALID: {
    kind: "invalid",
    message: "the {kind} to follow is not well formed",
    hint: "give the name without refs/heads/ or refs/tags/, or a full commit id of 40 hexadecimal digits"
  },
  MAYFLY_GIT_REF_NOT_FOUND: {
    kind: "invalid",
    message: "{kind} {name} does not exist at {host}",
    hint: "check the name, and that the repository is not empty"
  },
  MAYFLY_GIT_SEMVER_INVALID: {
    kind: "invalid",
    message: "the semver range cannot be read",
    hint: 'write for example ">=1.2.0 <2.0.0", "^1.2", "~1.2.3" or "1.x"'
  },
  MAYFLY_GIT_SEMVER_NO_MATCH: {
    kind: "invalid",
    message: "no tag at {host} is a version within the range",
    hint: "check the range; pre-releases match only a range that names one"
  },
  MAYFLY_GIT_KEY_INVALID: {
    kind: "invalid",
    message: "the name of a local git store is not NAMESPACE/NAME",
    hint: "use lower-case letters, digits, dashes and dots"
  },
  MAYFLY_GIT_INCLUDE_INVALID: {
    kind: "invalid",
    message: "entry {index} of include is not a path pattern",
    hint: "write a relative path with *, ** and ?, without .. and without a leading slash"
  },
  MAYFLY_GIT_AUTH_UNFIT: {
    kind: "invalid",
    message: "authentication of kind {kind} cannot be used with an {scheme} URL",
    hint: "use basic or bearer with https, and an ssh key with ssh"
  },
  MAYFLY_GIT_CREDENTIAL_INVALID: {
    kind: "invalid",
    message: "the {part} for {host} is empty or holds a control character",
    hint: "store the value without a line break at its end"
  },
  MAYFLY_GIT_SSH_KEY_INVALID: {
    kind: "invalid",
    message: "the ssh private key for {host} cannot be read",
    hint: "give an OpenSSH or PEM private key of type ed25519, ecdsa or rsa, and its passphrase when it has one"
  },
  MAYFLY_GIT_CA_INVALID: {
    kind: "invalid",
    message: "the CA for {host} holds no PEM certificate",
    hint: "give the certificates as PEM blocks, BEGIN CERTIFICATE to END CERTIFICATE"
  },
  MAYFLY_GIT_NOT_INSTALLED: {
    kind: "invalid",
    message: "the program {program} was not found",
    hint: "install it, or give its path in the configuration"
  },
  MAYFLY_GIT_TOO_OLD: {
    kind: "invalid",
    message: "git {version} is too old",
    hint: "install git 2.37 or newer: older ones cannot pin the address of a host"
  },
  MAYFLY_GIT_NO_MEMORY_FOLDER: {
    kind: "invalid",
    message: "the folder {path} for credentials is not in memory",
    hint: "mount a tmpfs there, or name a folder of one in the configuration"
  },
  MAYFLY_GIT_UNAUTHENTICATED: {
    kind: "unauthenticated",
    message: "host {host} did not accept the credentials",
    hint: "check the Secret that auth names, and whether the token has expired"
  },
  MAYFLY_GIT_FORBIDDEN: {
    kind: "denied",
    message: "host {host} forbids reading the repository",
    hint: "grant the identity read access to the repository"
  },
  MAYFLY_GIT_NOT_FOUND: {
    kind: "denied",
    message: "host {host} knows no such repository, or hides it from this identity",
    hint: "check the path of the URL and the access of the identity"
  },
  MAYFLY_GIT_REDIRECT: {
    kind: "denied",
    message: "host {host} redirects the repository elsewhere",
    hint: "redirects are not followed: give the final URL"
  },
  MAYFLY_GIT_CERTIFICATE: {
    kind: "denied",
    message: "the certificate of host {host} is not trusted",
    hint: "check the host name and the validity, or give the CA that signed it"
  },
  MAYFLY_GIT_HOST_KEY: {
    kind: "denied",
    message: "the ssh key of host {host} is not in known_hosts",
    hint: "add the key that the host publishes, after comparing its fingerprint"
  },
  MAYFLY_GIT_UNAVAILABLE: {
    kind: "unavailable",
    message: "host {host} did not serve the repository"
  },
  MAYFLY_GIT_THROTTLED: {
    kind: "unavailable",
    message: "host {host} asked to slow down"
  },
  MAYFLY_GIT_TIMEOUT: {
    kind: "unavailable",
    message: "host {host} was not done after {seconds} s"
  },
  MAYFLY_GIT_REWIND: {
    kind: "denied",
    message: "commit {offered} does not descend from the accepted commit {accepted}",
    hint: "the history was rewritten: restore the branch, or set history to Any for one pass"
  },
  MAYFLY_GIT_TAG_MOVED: {
    kind: "denied",
    message: "tag {tag} moved from the accepted commit {accepted} to {offered}",
    hint: "move it back and make a new tag, or set history to Any for one pass"
  },
  MAYFLY_GIT_SEMVER_LOWER: {
    kind: "denied",
    message: "the highest tag is {offered}, lower than the accepted {accepted}",
    hint: "restore the tag, or set history to Any for one pass"
  },
  MAYFLY_GIT_BYTES_EXCEEDED: {
    kind: "exceeded",
    message: "the repository at {host} is over its limit of {limit} bytes",
    hint: "narrow include, move large files elsewhere, or raise limits.bytes"
  },
  MAYFLY_GIT_FILES_EXCEEDED: {
    kind: "exceeded",
    message: "the tree has more than {limit} files to read",
    hint: "narrow include, or raise limits.files"
  },
  MAYFLY_GIT_TREE_EXCEEDED: {
    kind: "exceeded",
    message: "the listing of the tree is over {limit} bytes",
    hint: "keep encrypted files in a repository of their own"
  },
  MAYFLY_GIT_MEMORY_EXCEEDED: {
    kind: "exceeded",
    message: "what host {host} sent made git take more than {limit} bytes of memory",
    hint: "remove old refs, or split the repository"
  },
  MAYFLY_GIT_REFS_EXCEEDED: {
    kind: "exceeded",
    message: "host {host} lists more than {limit} bytes of refs",
    hint: "remove old tags, or follow a branch"
  },
  MAYFLY_GIT_OBJECTS_CORRUPT: {
    kind: "corrupt",
    message: "the objects that host {host} sent do not verify",
    hint: "run git fsck on the repository"
  },
  MAYFLY_GIT_SYMLINK: {
    kind: "invalid",
    message: "the file is a symbolic link",
    hint: "links are never followed: commit the file itself"
  },
  MAYFLY_GIT_SUBMODULE: {
    kind: "invalid",
    message: "the path is a submodule",
    hint: "submodules are never fetched: make it a source of its own"
  },
  MAYFLY_GIT_LFS_POINTER: {
    kind: "invalid",
    message: "the file is a Git LFS pointer",
    hint: "commit the file itself: encrypted files are small"
  },
  MAYFLY_GIT_PATH_UNSAFE: {
    kind: "invalid",
    message: "the path holds a name that some file systems treat specially",
    hint: "avoid control characters, backslashes, colons, names that end with a dot or a space, and variants of .git"
  },
  MAYFLY_GIT_PATH_NOT_UTF8: {
    kind: "invalid",
    message: "the path is not UTF-8",
    hint: "rename the file"
  },
  MAYFLY_GIT_PATH_CASE_CLASH: {
    kind: "invalid",
    message: "the path differs from another one in letter case alone",
    hint: "rename one of the files"
  },
  MAYFLY_GIT_PATH_TOO_LONG: {
    kind: "exceeded",
    message: "the path is too long or too deep",
    hint: "at most 64 folders and 1024 bytes are read"
  },
  MAYFLY_GIT_FILE_TOO_LARGE: {
    kind: "exceeded",
    message: "the file is over limits.fileBytes",
    hint: "split the file, or raise limits.fileBytes"
  },
  MAYFLY_GIT_HOOK_DENIED: {
    kind: "unauthenticated",
    message: "the push hook is not proven",
    hint: "check the type of the hook and that both sides have the same secret"
  },
  MAYFLY_GIT_HOOK_THROTTLED: {
    kind: "unavailable",
    message: "push hooks come too fast"
  },
  MAYFLY_GIT_HOOK_TOO_LARGE: {
    kind: "exceeded",
    message: "the body of the push hook is over {limit} bytes",
    hint: "the source is looked at in its interval all the same"
  }
};

// src/core/errors/codes/host.ts
var hostCodes = {
  MAYFLY_FOLDER_NOT_PLAIN: {
    kind: "denied",
    message: "{path} is not a folder, or is a link to one",
    hint: "put a real folder in its place: links are not followed here"
  },
  MAYFLY_FOLDER_TOO_LARGE: {
    kind: "exceeded",
    message: "the folder {path} has more than {limit} entries",
    hint: "keep fewer files in it"
  },
  MAYFLY_KEY_NAME: {
    kind: "invalid",
    message: "the key reference {reference} is not a NAMESPACE/NAME/KEY of plain names",
    hint: "use lower-case DNS names for namespace and name; letters, digits, dot, dash, underscore for the key"
  },
  MAYFLY_KEY_EXPOSED: {
    kind: "denied",
    message: "the key file {path} may be read or changed by other users",
    hint: "make it the property of root or of the user mayfly runs as, with mode 0400"
  },
  MAYFLY_OBJECT_PLAIN_SECRET: {
    kind: "denied",
    message: "a plain Secret lies among the objects",
    hint: "remove it and change what it holds: encrypt the value, commit it, and let an EphemeralSecret name it"
  },
  MAYFLY_OBJECT_DUPLICATE: {
    kind: "invalid",
    message: "{kind} {object} stands in {file} already",
    hint: "keep it in one file only; the one it was first seen in counts"
  },
  MAYFLY_CHANGE_HOOK_FAILED: {
    kind: "unavailable",
    message: "the hook {name} failed: {reason}",
    hint: "run it by hand as the user mayfly runs as; it runs again at the next change"
  },
  MAYFLY_STATUS_SOCKET: {
    kind: "invalid",
    message: "the socket {path} cannot be opened",
    hint: 'create its folder, writable by the user mayfly runs as, or set "status.socket" elsewhere'
  },
  MAYFLY_STATUS_NOT_RUNNING: {
    kind: "unavailable",
    message: "no mayfly answers at {path}",
    hint: 'start it with "mayfly standalone", or name its configuration with --config'
  },
  MAYFLY_STATUS_NOT_FOUND: {
    kind: "invalid",
    message: "there is no object {object}",
    hint: 'use NAMESPACE/NAME; "mayfly status" lists the objects'
  },
  MAYFLY_STATUS_NOT_READY: {
    kind: "denied",
    message: "{count} of the objects are not ready",
    hint: "the lines above say why"
  },
  MAYFLY_HTTP_LISTEN: {
    kind: "invalid",
    message: "cannot listen on {address} ({reason})",
    hint: "choose another address in the configuration, or stop what uses this one"
  },
  MAYFLY_STATE_RECORD: {
    kind: "corrupt",
    message: "the record {path} in the state folder is damaged",
    hint: "remove it; for a secret remove the folder of the secret too: both are written again"
  }
};

// src/core/errors/codes/identity.ts
var identityCodes = {
  MAYFLY_ISSUER_AMBIGUOUS: {
    kind: "denied",
    message: "the token is as good for the TokenIssuers {issuers}",
    hint: "give TokenIssuers with the same issuer and the same keys different audiences"
  },
  MAYFLY_ISSUER_KEYS: {
    kind: "invalid",
    message: "the keys of issuer {issuer} {problem}",
    hint: 'give a JSON Web Key Set of public keys: {"keys": [...]}, as the jwks_uri of the issuer answers it'
  },
  MAYFLY_ISSUER_UNAVAILABLE: {
    kind: "unavailable",
    message: "the keys of issuer {issuer} cannot be had: {reason}"
  },
  MAYFLY_TOKEN_ALGORITHM: {
    kind: "unauthenticated",
    message: "the token is signed in another way than issuer {issuer} allows: {algorithms}"
  },
  MAYFLY_TOKEN_AUDIENCE: {
    kind: "unauthenticated",
    message: "the token is not for here: it must be made for {audiences}"
  },
  MAYFLY_TOKEN_AUDIENCES: {
    kind: "unauthenticated",
    message: "the token is for {count} audiences, and issuer {issuer} allows only one (singleAudience)"
  },
  MAYFLY_TOKEN_EARLY: {
    kind: "unauthenticated",
    message: "the token is not valid before {seconds} s from now: its {claim}"
  },
  MAYFLY_TOKEN_EXPIRED: {
    kind: "unauthenticated",
    message: "the token ended {seconds} s ago"
  },
  MAYFLY_TOKEN_ISSUER_UNKNOWN: {
    kind: "unauthenticated",
    message: "no TokenIssuer in use has the issuer of the token"
  },
  MAYFLY_TOKEN_KEY_UNKNOWN: {
    kind: "unauthenticated",
    message: "issuer {issuer} has no key that the token could be signed with"
  },
  MAYFLY_TOKEN_LIFETIME: {
    kind: "unauthenticated",
    message: "the token lives {seconds} s, and issuer {issuer} allows {limit} s (maxTokenAge)"
  },
  MAYFLY_TOKEN_MALFORMED: {
    kind: "unauthenticated",
    message: "the token {problem}",
    hint: "it is a JSON Web Token; mayfly explain token also takes its claims, as a JSON object"
  },
  MAYFLY_TOKEN_SIGNATURE: {
    kind: "unauthenticated",
    message: "the signature of the token is not of a key of issuer {issuer}"
  }
};

// src/core/errors/codes/internal.ts
var internalCodes = {
  MAYFLY_INTERNAL_BUG: {
    kind: "bug",
    message: "a broken invariant in {where}",
    hint: "please report this with the version and the log lines around it"
  },
  MAYFLY_INTERNAL_SECRET_WIPED: {
    kind: "bug",
    message: "a secret was used after it had been wiped",
    hint: "please report this with the version and the log lines around it"
  }
};

// src/core/errors/codes/kube.ts
var kubeCodes = {
  MAYFLY_KUBE_CONFIG: {
    kind: "invalid",
    message: "no usable configuration of a cluster: {problem}",
    hint: "run in a pod with a service account, or set KUBECONFIG or --kubeconfig to a file that kubectl can use"
  },
  MAYFLY_KUBE_UNAVAILABLE: {
    kind: "unavailable",
    message: "the API server did not answer {what}: {reason}"
  },
  MAYFLY_KUBE_THROTTLED: {
    kind: "unavailable",
    message: "the API server asks to wait before {what}"
  },
  MAYFLY_KUBE_UNAUTHENTICATED: {
    kind: "unavailable",
    message: "the API server does not accept the credentials for {what}"
  },
  // A server that has just started does not know yet who may do what.
  MAYFLY_KUBE_FORBIDDEN: {
    kind: "denied",
    retry: "backoff",
    message: "the API server does not allow {what} to {user}",
    hint: 'bind the role that "kubectl auth can-i" misses; manifests/base has the roles that mayfly needs'
  },
  MAYFLY_KUBE_NAMESPACE_ENDING: {
    kind: "unavailable",
    message: "{what}: the namespace is being deleted"
  },
  MAYFLY_KUBE_CONFLICT: {
    kind: "conflict",
    message: "{what}: it has changed since it was looked at"
  },
  MAYFLY_KUBE_EXISTS: {
    kind: "conflict",
    message: "{what}: there is one already"
  },
  MAYFLY_KUBE_NOT_FOUND: {
    kind: "conflict",
    message: "{what}: there is none"
  },
  MAYFLY_KUBE_REFUSED: {
    kind: "invalid",
    message: "the API server refused {what} ({reason})",
    hint: "look at the reason, and at the admission policies and quotas of the namespace"
  },
  MAYFLY_KUBE_EXPIRED: {
    kind: "conflict",
    message: "{what}: the version asked for is no longer kept"
  },
  MAYFLY_KUBE_ANSWER: {
    kind: "unavailable",
    message: "the answer to {what} cannot be read: {problem}"
  },
  MAYFLY_KUBE_TOO_LARGE: {
    kind: "exceeded",
    message: "the answer to {what} is over {limit} bytes"
  },
  MAYFLY_KUBE_TOO_MANY: {
    kind: "exceeded",
    message: "there are more than {limit} {plural}"
  },
  MAYFLY_KUBE_LEASE_LOST: {
    kind: "conflict",
    message: "the lease {lease} was not renewed in time, or somebody else has it"
  },
  MAYFLY_KUBE_FENCED: {
    kind: "conflict",
    message: "{what} was not sent: this process does not lead any more"
  },
  MAYFLY_KEY_TOKEN: {
    kind: "denied",
    message: "the secret {reference} is a token of the cluster and no key",
    hint: "name a secret that was made to hold keys"
  },
  MAYFLY_KEY_TOO_MANY: {
    kind: "exceeded",
    message: "the secret {reference} has more than {limit} keys",
    hint: "name the one key that is meant, or keep fewer keys in it"
  }
};

// src/core/errors/codes/object.ts
var objectCodes = {
  MAYFLY_OBJECT_FIELD_UNKNOWN: {
    kind: "invalid",
    message: "there is no field {field}: {suggestion}",
    hint: "correct the name or remove the field; nothing is accepted and ignored"
  },
  MAYFLY_OBJECT_FIELD_MISSING: {
    kind: "invalid",
    message: "the field {field} is missing",
    hint: "add the field; the reference of kinds says what it means"
  },
  MAYFLY_OBJECT_FIELD_INVALID: {
    kind: "invalid",
    message: "the field {field} {problem}",
    hint: "correct the field; the reference of kinds says what it takes"
  },
  MAYFLY_OBJECT_FIELDS_MORE: {
    kind: "invalid",
    message: "beside these, more is wrong: {count}",
    hint: "correct what is named; the rest is named then"
  },
  MAYFLY_OBJECT_KIND_UNKNOWN: {
    kind: "invalid",
    message: "the object is none of Mayfly: {suggestion}",
    hint: "set apiVersion to mayfly.dev/v1alpha1 and kind to one of the known kinds"
  },
  MAYFLY_OBJECT_STATUS_UNREADABLE: {
    kind: "corrupt",
    message: "the stored status of {kind} {object} is damaged at {field}",
    hint: "restore it from a backup, or remove it to begin anew: what was accepted before is then forgotten"
  },
  MAYFLY_OBJECT_STATUS_TOO_LARGE: {
    kind: "exceeded",
    message: "the status of {kind} {object} is over {limit} bytes",
    hint: "split the object: let several follow a folder each"
  },
  MAYFLY_OBJECT_CONFLICT: {
    kind: "conflict",
    message: "{kind} {object} was changed by somebody else in between"
  }
};

// src/core/errors/codes/platform.ts
var platformCodes = {
  MAYFLY_FILE_MISSING: {
    kind: "invalid",
    message: "there is no file {path}",
    hint: "create it, or correct the path in the configuration"
  },
  MAYFLY_FILE_UNREADABLE: {
    kind: "invalid",
    message: "{path} cannot be read ({reason})",
    hint: "let the user that mayfly runs as read it"
  },
  MAYFLY_FILE_NOT_REGULAR: {
    kind: "invalid",
    message: "{path} is not a regular file",
    hint: "links, folders, pipes and devices are refused here: put a regular file in its place"
  },
  MAYFLY_FILE_TOO_LARGE: {
    kind: "exceeded",
    message: "{path} is larger than {limit} bytes",
    hint: "make it smaller or raise its limit"
  },
  MAYFLY_FILE_UNSAFE_PATH: {
    kind: "denied",
    message: "the path {path} would lead out of {root}",
    hint: 'use a relative path without "..", empty parts, control characters or links'
  },
  MAYFLY_FILE_WRITE_FAILED: {
    kind: "unavailable",
    message: "{path} cannot be written ({reason})",
    hint: "look at the free space and at the rights of its folder"
  },
  MAYFLY_FOLDER_IN_USE: {
    kind: "conflict",
    message: "another mayfly is using the folder {path}",
    hint: "stop the other one or give this one a folder of its own"
  },
  MAYFLY_STREAM_TOO_LARGE: {
    kind: "exceeded",
    message: "{what} is larger than {limit} bytes",
    hint: "make it smaller or raise its limit"
  },
  MAYFLY_STREAM_BROKEN: {
    kind: "unavailable",
    message: "{what} ended before it was complete"
  },
  MAYFLY_RECONCILE_TIMEOUT: {
    kind: "unavailable",
    message: "the {controller} controller took longer than {seconds} s",
    hint: "it is tried again; look at what it waits for"
  },
  MAYFLY_RECONCILE_STOPPED: {
    kind: "unavailable",
    message: "the {controller} controller was stopped before it was done"
  }
};

// src/core/errors/codes/pod.ts
var podCodes = {
  MAYFLY_POD_ANNOTATION_UNKNOWN: {
    kind: "invalid",
    message: "there is no annotation {annotation}: {suggestion}",
    hint: "correct the name or remove it; docs/annotations.md lists them, and nothing is accepted and ignored"
  },
  MAYFLY_POD_ANNOTATION_INVALID: {
    kind: "invalid",
    message: "the annotation {annotation} {problem}",
    hint: "correct its value; docs/annotations.md says what it takes"
  },
  MAYFLY_POD_ENV_INVALID: {
    kind: "invalid",
    message: "the reference in {entry} {problem}",
    hint: "write mayfly:STORE:PATH#KEY, or STORE:PATH#KEY in an annotation mayfly.dev/env.VAR"
  },
  MAYFLY_POD_COMPAT_REFUSED: {
    kind: "invalid",
    message: "{what} cannot be honoured: {reason}",
    hint: "mayfly migrate pod FILE writes the manifest anew with the annotations of Mayfly"
  },
  MAYFLY_POD_NOT_FOUND: {
    kind: "invalid",
    message: "there is no pod in {target}",
    hint: "give a manifest of a pod or a workload, the name of a pod, or kind/name of a workload, and its namespace"
  },
  MAYFLY_POD_REFUSED: {
    kind: "invalid",
    message: "pods would be refused: {count}",
    hint: "each rule that is broken is told above, with what to do"
  },
  MAYFLY_POD_NOT_MIGRATED: {
    kind: "invalid",
    message: "what cannot be said in the words of Mayfly and stayed as it was: {count}",
    hint: "each is told above with its reason; change it by hand"
  },
  MAYFLY_POD_NOTHING_ASKED: {
    kind: "invalid",
    message: "the pod asks for injection and names no secret",
    hint: "add an annotation mayfly.dev/secret.NAME, mayfly.dev/template.NAME or mayfly.dev/env.VAR"
  },
  MAYFLY_POD_NAMESPACE: {
    kind: "denied",
    message: "pods of the namespace {namespace} are not injected",
    hint: "namespaces of the cluster and of Mayfly itself start without the webhook; run the pod in another one"
  },
  MAYFLY_POD_WINDOWS: {
    kind: "invalid",
    message: "the pod is for Windows, where there is no agent",
    hint: "let the program read its secrets through the CSI driver or the API of the store"
  },
  MAYFLY_POD_NAME_TAKEN: {
    kind: "invalid",
    message: "{what} has a name that is kept for Mayfly, and is not what Mayfly would make",
    hint: "rename it; of an injected pod, submit the manifest as it was before the injection"
  },
  MAYFLY_POD_MOUNT_TAKEN: {
    kind: "invalid",
    message: "container {container} mounts a volume of its own at {path}, where the secrets go",
    hint: "mount it elsewhere, or name another folder in mayfly.dev/files-path"
  },
  MAYFLY_POD_CONTAINER_UNKNOWN: {
    kind: "invalid",
    message: "the annotation {annotation} names a container that the pod does not have: {container}",
    hint: "name containers or init containers of the pod"
  },
  MAYFLY_POD_NO_READER: {
    kind: "invalid",
    message: "no container of the pod gets what its annotations ask for",
    hint: "name one in mayfly.dev/containers: those of a service mesh get nothing by themselves"
  },
  MAYFLY_POD_CONTAINER_EARLY: {
    kind: "invalid",
    message: "init container {container} reads secrets and ends before the agent starts",
    hint: "move it behind the mesh proxy, or set mayfly.dev/order to an earlier place"
  },
  MAYFLY_POD_ENV_OFF: {
    kind: "invalid",
    message: "container {container}: the variable {variable} cannot be delivered in this cluster",
    hint: "read a file with mayfly.dev/secret.NAME; or the administrator sets webhook.envVia, once mayfly check says that every kubelet can"
  },
  MAYFLY_POD_ENV_TAKEN: {
    kind: "invalid",
    message: "container {container} sets the variable {variable} itself",
    hint: "remove one of the two"
  },
  MAYFLY_POD_ENV_COMMAND: {
    kind: "invalid",
    message: "container {container} takes variables and has no command of its own",
    hint: "write its command out, and see that the image has /bin/sh; or read files instead"
  },
  MAYFLY_POD_MODE_UNREADABLE: {
    kind: "invalid",
    message: "the mode of the secret {name} does not let container {container} read it as {who}",
    hint: "add the bit that is missing, or leave the mode out: the narrowest that works is chosen"
  },
  MAYFLY_POD_SIGNAL_UNSHARED: {
    kind: "invalid",
    message: "the agent cannot send signals in this pod: {reason}",
    hint: "set shareProcessNamespace and one runAsUser that is not root, or let the program watch its files"
  },
  MAYFLY_POD_RESTART_OFF: {
    kind: "invalid",
    message: "the agent cannot have this pod restarted on a change: {reason}",
    hint: "use it in pods that run on, with Kubernetes 1.36 on every node and webhook.restartContainers set; or let a rollout replace the pod"
  },
  MAYFLY_POD_STORE_UNKNOWN: {
    kind: "invalid",
    message: "there is no store {store} for the namespace {namespace}",
    hint: "create the Store, or name one that exists; a ClusterStore is written cluster/NAME"
  },
  MAYFLY_POD_STORE_UNUSABLE: {
    kind: "denied",
    message: "pods cannot read the store {store}: the broker serves it, and the webhook knows of none",
    hint: "the administrator sets webhook.broker; until it is known, use a store of the provider vault"
  },
  MAYFLY_POD_STORE_POLICY: {
    kind: "invalid",
    message: "pods cannot read the store {store}: it names no policy that the broker grants it by",
    hint: "set spec.policy of the Store to the name of an AccessPolicy of its namespace"
  },
  MAYFLY_POD_STORE_DIFFERS: {
    kind: "denied",
    message: "{annotation} is not what the store {store} says of its {field}",
    hint: "remove the annotation: how a store is reached and who logs in is said by the Store alone"
  },
  MAYFLY_POD_PLAN_TOO_LARGE: {
    kind: "exceeded",
    message: "what the pod asks for is over the limit of {limit} {what}",
    hint: "shorten its templates, or split the pod"
  }
};

// src/core/errors/codes/policy.ts
var policyCodes = {
  MAYFLY_POLICY_ISSUER_UNKNOWN: {
    kind: "invalid",
    message: "{clause} names no valid TokenIssuer",
    hint: "correct the name, or ask the administrator for a TokenIssuer; its conditions say what is wrong with it"
  },
  MAYFLY_POLICY_ISSUER_KIND: {
    kind: "invalid",
    message: "{clause} names a TokenIssuer of kind {kind}",
    hint: "name a TokenIssuer of the system that the subject is of"
  },
  MAYFLY_POLICY_TENANT_MISSING: {
    kind: "invalid",
    message: "{clause} tests none of {ids}: jobs of everybody at that issuer could match",
    hint: "add one of them, an id if there is one"
  },
  MAYFLY_POLICY_TENANT_WILDCARD: {
    kind: "invalid",
    message: "{clause} has a * in what tells one tenant from another",
    hint: "write whole values there; a list may hold several"
  },
  MAYFLY_POLICY_NAME_ALONE: {
    kind: "invalid",
    message: "{clause} stands without {id}: after a rename or a deletion somebody else may have that name",
    hint: "add the id beside the name, or accept the risk with acceptNames: true"
  },
  MAYFLY_POLICY_OWNER_ALONE: {
    kind: "invalid",
    message: "{clause} takes every repository or project of its owner, also those that are made tomorrow",
    hint: "add the id of a repository, project or pipeline, or the workflow that has to run"
  },
  MAYFLY_POLICY_PREFIX: {
    kind: "invalid",
    message: "{clause} has a * right beside a word: what only begins or ends so matches too",
    hint: "put a separator between them, such as release-* or release/*"
  },
  MAYFLY_POLICY_REF_TYPE: {
    kind: "invalid",
    message: "{clause} does not say whether a branch or a tag is meant: a tag of that name would match",
    hint: "write refs/heads/ or refs/tags/ in full, or add refType"
  },
  MAYFLY_POLICY_REF_SHORT: {
    kind: "invalid",
    message: "{clause} is no full ref, so it never matches",
    hint: "write it as refs/heads/BRANCH or refs/tags/TAG"
  },
  MAYFLY_POLICY_REF_ANY: {
    kind: "invalid",
    message: "{clause} holds for every branch: whoever may push one passes",
    hint: "name branches, or add refProtected: true; leave the test out where every branch is meant"
  },
  MAYFLY_POLICY_ENVIRONMENT_ALONE: {
    kind: "invalid",
    message: "{clause} is made by whoever writes to the repository and names it in a job",
    hint: "add a ref, refProtected: true, the id or the protection of the environment, or the workflow"
  },
  MAYFLY_POLICY_WORKFLOW_OPEN: {
    kind: "invalid",
    message: "{clause} does not pin repository, file and ref of what runs",
    hint: "write OWNER/REPOSITORY/.github/workflows/FILE@refs/heads/BRANCH, of gitlab HOST/PROJECT//FILE@REF; * may stand for a file or a part of the ref"
  },
  MAYFLY_POLICY_FORK_OPEN: {
    kind: "invalid",
    message: "{clause} lets jobs in that work on the code of strangers, and does not say what they run",
    hint: "leave it out, or pin what runs with workflow, jobWorkflow or configFile"
  },
  MAYFLY_POLICY_NEVER: {
    kind: "invalid",
    message: "{clause} never holds: jobs for pull requests are refused",
    hint: "add allow: [pullRequest], and read what it lets in"
  },
  MAYFLY_POLICY_SELF_HOSTED: {
    kind: "invalid",
    message: "{clause} names machines of your own for code that strangers may write: it can stay there and wait for the next job",
    hint: "take self-hosted runners out, or pull requests, forks and public repositories"
  },
  MAYFLY_POLICY_ORIGIN_MISSING: {
    kind: "invalid",
    message: "{clause} may be the branch of a fork: the token of one differs in its origin alone",
    hint: "add origin beside it"
  },
  MAYFLY_POLICY_GRANT_EVERYTHING: {
    kind: "invalid",
    message: "{clause} gives CI jobs everything in the store",
    hint: "begin the path with a segment that is written out"
  },
  MAYFLY_POLICY_DEFAULT_ACCOUNT: {
    kind: "invalid",
    message: "{clause} is the account of every pod that names none",
    hint: "give the pods a service account of their own"
  },
  MAYFLY_POLICY_NOT_FOUND: {
    kind: "invalid",
    message: "there is no access policy: {place}",
    hint: "name a file with an AccessPolicy or a ClusterAccessPolicy in it, or one of the cluster as NAMESPACE/NAME or cluster/NAME"
  },
  MAYFLY_POLICY_REFUSED: {
    kind: "invalid",
    message: "policies that are refused: {count}",
    hint: "each fault is told above, with what to do"
  },
  MAYFLY_POLICY_CASES: {
    kind: "invalid",
    message: "cases that do not come out as expected: {count}",
    hint: "mayfly explain token shows each clause; change the policy, or what the case expects"
  },
  MAYFLY_POLICY_DENIED: {
    kind: "denied",
    message: "the token would be denied",
    hint: "the clause that fails is told above"
  }
};

// src/core/errors/codes/replay.ts
var replayCodes = {
  MAYFLY_REPLAY_UNAVAILABLE: {
    kind: "unavailable",
    message: "what is remembered of tokens cannot be reached: {reason}",
    hint: "no value leaves until it can be; a file that is damaged may be deleted, tokens issued until then are refused afterwards"
  }
};

// src/core/errors/codes/sink.ts
var sinkCodes = {
  MAYFLY_SINK_NOT_OWNED: {
    kind: "denied",
    message: "there is a {namespace}/{name} already that mayfly did not make",
    hint: "remove it, or give the secret another name: what is not of mayfly is never touched"
  },
  MAYFLY_SINK_NOT_ADOPTABLE: {
    kind: "denied",
    message: "the secret {namespace}/{name} is not taken over: it {problem}",
    hint: "remove it, have whoever keeps it let go of it, or give the secret another name"
  },
  MAYFLY_SINK_CONFLICT: {
    kind: "conflict",
    message: "the secret {namespace}/{name} has changed since it was looked at"
  },
  MAYFLY_SINK_CONTESTED: {
    kind: "conflict",
    message: "{manager} changes the secret {namespace}/{name} again and again: it is repaired after {seconds} s",
    hint: "have one of the two let go of it: configure the other one, or remove it from the source"
  },
  MAYFLY_SINK_NAME: {
    kind: "invalid",
    message: "the secret {namespace}/{name} has a name or a key that cannot name a file",
    hint: 'use lower-case DNS names, and keys of letters, digits, dot, dash and underscore that do not begin with ".."'
  },
  MAYFLY_SINK_NONE: {
    kind: "invalid",
    message: "no directory is configured for the secrets of the namespace {namespace}",
    hint: 'add an entry with this namespace to "sinks" in the configuration'
  },
  MAYFLY_SINK_DUPLICATE: {
    kind: "invalid",
    message: "the configuration has two sinks for {what}",
    hint: "keep one sink for each namespace, each with a directory of its own"
  },
  MAYFLY_SINK_DIRECTORY_MISSING: {
    kind: "unavailable",
    message: "the directory {directory} of the namespace {namespace} is not there",
    hint: "create it, for example with RuntimeDirectory= of the systemd unit"
  },
  MAYFLY_SINK_DIRECTORY_UNSAFE: {
    kind: "denied",
    message: "others than root and mayfly may change the directory {directory}",
    hint: "make it the property of root or of the user mayfly runs as, writable by that user alone"
  },
  MAYFLY_SINK_ON_DISK: {
    kind: "denied",
    message: "the directory {directory} is not in memory",
    hint: 'use a tmpfs such as /run, or set "allowDisk" for this sink: what a disk held can be read again'
  },
  MAYFLY_SINK_ACCOUNT: {
    kind: "invalid",
    message: "the {what} {name} of the sink for {namespace} is not known on this machine",
    hint: "use a name of /etc/passwd or /etc/group, or a number"
  },
  MAYFLY_SINK_OWNER_REFUSED: {
    kind: "denied",
    message: "{path} cannot be given to the configured owner or group",
    hint: "add the user mayfly runs as to the group, or grant it CAP_CHOWN and CAP_FOWNER"
  }
};

// src/core/errors/codes/sops.ts
var sopsCodes = {
  MAYFLY_SOPS_SYNTAX: {
    kind: "invalid",
    message: "{path} is not valid {format}, line {line}",
    hint: "decrypt the file with sops, or take its last good version, and write it again"
  },
  MAYFLY_SOPS_DUPLICATE_KEY: {
    kind: "invalid",
    message: "{path} has a key twice, line {line}",
    hint: "remove one of the two entries with sops edit"
  },
  MAYFLY_SOPS_METADATA: {
    kind: "corrupt",
    message: "the sops metadata of {path} is not readable: {field}",
    hint: "take the last good version of the file; sops wrote the metadata and it must not be edited"
  },
  MAYFLY_SOPS_PATTERN: {
    kind: "invalid",
    message: "the {field} of {path} is not a valid regular expression",
    hint: "write the pattern in the syntax of RE2 and encrypt the file again"
  },
  MAYFLY_SOPS_LIMIT: {
    kind: "exceeded",
    message: "{path} has more than {limit} {what}",
    hint: "split the file, or raise the limit of the source"
  },
  MAYFLY_SOPS_TIMEOUT: {
    kind: "exceeded",
    message: "reading {path} took more than {seconds} s",
    hint: "split the file"
  },
  MAYFLY_SOPS_NO_KEY: {
    kind: "denied",
    message: "none of the given keys opens {path}; it is encrypted for {recipients}",
    hint: "give an identity of one of these recipients, or add a recipient with sops updatekeys"
  },
  MAYFLY_SOPS_KEY_GROUPS: {
    kind: "denied",
    message: "the given keys open {opened} of the {needed} key groups that {path} needs",
    hint: "give an identity for more of the key groups of the file"
  },
  MAYFLY_SOPS_DATA_KEY: {
    kind: "corrupt",
    message: "the data key of {path} was opened but is not a key of this format",
    hint: "take the last good version of the file"
  },
  MAYFLY_SOPS_VALUE: {
    kind: "corrupt",
    message: "an encrypted value of {path} does not verify: at {key}",
    hint: "the value was changed without sops; take the last good version of the file"
  },
  MAYFLY_SOPS_VALUE_PLAIN: {
    kind: "corrupt",
    message: "a value of {path} is not encrypted where the rule of the file demands it: at {key}",
    hint: "encrypt the file with sops; if the value was ever pushed, replace it"
  },
  MAYFLY_SOPS_MAC_MISSING: {
    kind: "corrupt",
    message: "{path} has no MAC",
    hint: "the file was changed without sops; take its last good version"
  },
  MAYFLY_SOPS_MAC_MISMATCH: {
    kind: "corrupt",
    message: "the MAC of {path} does not match its content",
    hint: "the file was changed without sops, or merged; take its last good version or write it again with sops"
  },
  MAYFLY_SOPS_RENDER: {
    kind: "invalid",
    message: "the content of {path} cannot be written as {format}: at {key}",
    hint: "choose another output type"
  }
};

// src/core/errors/codes/sops-write.ts
var sopsWriteCodes = {
  MAYFLY_SOPS_ALREADY_ENCRYPTED: {
    kind: "invalid",
    message: "{path} carries sops metadata already",
    hint: "give the plain file, and the encrypted one as --previous to keep what did not change"
  },
  MAYFLY_SOPS_NOTHING_TO_ENCRYPT: {
    kind: "invalid",
    message: "{path} holds no document that can be encrypted",
    hint: "give a file with at least one map of keys and values"
  },
  MAYFLY_SOPS_NO_RECIPIENT: {
    kind: "invalid",
    message: "{path} cannot be encrypted for nobody",
    hint: "name one or more recipients with --age, or the previous version of the file with --previous"
  },
  MAYFLY_SOPS_BINARY_RULE: {
    kind: "invalid",
    message: "{path} is encrypted as a whole, so no rule applies to it",
    hint: "leave the rule out, or tell the format of the file with --input-type"
  },
  MAYFLY_SOPS_COMMENT_RULE: {
    kind: "invalid",
    message: "the comment rule for {path} also matches an encrypted comment",
    hint: "choose a pattern that cannot match text such as ENC[AES256_GCM,\u2026]"
  },
  MAYFLY_SOPS_PREVIOUS_PLAIN: {
    kind: "invalid",
    message: "the previous file {path} is not encrypted, or is of another format",
    hint: "give the encrypted file of the same format that this one replaces"
  },
  MAYFLY_SOPS_PREVIOUS_GROUPS: {
    kind: "invalid",
    message: "the previous file {path} has several key groups",
    hint: "update a file with key groups with sops edit"
  }
};

// src/core/errors/codes/store.ts
var storeCodes = {
  MAYFLY_STORE_ADDRESS_FORBIDDEN: {
    kind: "denied",
    message: "store {store}: host {host} has the {range} address {address}",
    hint: "hosts without a public address have to be named exactly by the administrator; link-local and metadata ones by the address itself"
  },
  MAYFLY_STORE_ANSWER: {
    kind: "unavailable",
    message: "what store {store} answered cannot be read: {problem}"
  },
  MAYFLY_STORE_BEHIND: {
    kind: "unavailable",
    message: "the node of store {store} that answered does not know this login yet"
  },
  MAYFLY_STORE_CA_INVALID: {
    kind: "invalid",
    message: "the CA for store {store} holds no PEM certificate",
    hint: "give the certificates as PEM blocks, BEGIN CERTIFICATE to END CERTIFICATE"
  },
  MAYFLY_STORE_CERTIFICATE: {
    kind: "denied",
    retry: "backoff",
    message: "the certificate of store {store} is not trusted",
    hint: "check its validity, and give the CA that signed it"
  },
  MAYFLY_STORE_CERTIFICATE_NAME: {
    kind: "denied",
    retry: "backoff",
    message: "the certificate of store {store} does not bear the name {name}",
    hint: "give the name that it bears as serverName, or an address that it is for"
  },
  MAYFLY_STORE_DENIED: {
    kind: "denied",
    retry: "backoff",
    message: "store {store} does not allow {path} to this login",
    hint: 'allow the path in a policy of the role; a KV version 2 engine has "data/" behind its mount'
  },
  MAYFLY_STORE_HOST_UNRESOLVED: {
    kind: "unavailable",
    message: "host {host} of store {store} cannot be resolved"
  },
  MAYFLY_STORE_LEASE_ENDED: {
    kind: "denied",
    message: "store {store} does not prolong a lease of {path}",
    hint: "it has come to its end: read the path again"
  },
  MAYFLY_STORE_LOGIN_DENIED: {
    kind: "denied",
    retry: "backoff",
    message: "store {store} did not accept the login as {role}",
    hint: "check that the role exists there, which service accounts and namespaces it is bound to, and its audience"
  },
  MAYFLY_STORE_LOGIN_ENDED: {
    kind: "unavailable",
    message: "the login at store {store} has ended"
  },
  MAYFLY_STORE_NOT_FOUND: {
    kind: "denied",
    retry: "backoff",
    message: "store {store} has nothing at {path}",
    hint: 'check the path and the version; a KV version 2 engine has "data/" behind its mount'
  },
  MAYFLY_STORE_PATH_INVALID: {
    kind: "invalid",
    message: "the path {path} cannot be one of store {store}: {problem}",
    hint: "write it without a leading slash, and without segments that are empty, one dot or two dots"
  },
  MAYFLY_STORE_REDIRECT: {
    kind: "denied",
    retry: "backoff",
    message: "store {store} redirects to another address",
    hint: "redirects are not followed: give the address that answers, or have standby nodes forward requests"
  },
  MAYFLY_STORE_REFUSED: {
    kind: "invalid",
    retry: "backoff",
    message: "store {store} takes the request for {path} to be wrong",
    hint: "check which parameters the path needs, and whether it can be read at all"
  },
  MAYFLY_STORE_SEALED: {
    kind: "unavailable",
    message: "store {store} is sealed or in maintenance"
  },
  MAYFLY_STORE_THROTTLED: {
    kind: "unavailable",
    message: "store {store} asks to slow down"
  },
  MAYFLY_STORE_TOO_LARGE: {
    kind: "exceeded",
    message: "the answer of store {store} is over {limit} bytes",
    hint: "split what lies at the path"
  },
  MAYFLY_STORE_UNAVAILABLE: {
    kind: "unavailable",
    message: "store {store} did not answer: {reason}"
  },
  MAYFLY_STORE_VERSION_UNKNOWN: {
    kind: "invalid",
    message: "store {store} keeps no versions of {path}",
    hint: "leave the version out of the reference, or name a path of a KV version 2 engine"
  }
};

// src/core/errors/codes/sync.ts
var syncCodes = {
  MAYFLY_SYNC_NOT_ENCRYPTED: {
    kind: "invalid",
    message: "{path} is not encrypted in a known format",
    hint: "encrypt the file, or leave it out with spec.path or with spec.include of the source"
  },
  MAYFLY_SYNC_MANIFEST_INVALID: {
    kind: "invalid",
    message: "{path}: in document {document}, {field} {problem}",
    hint: "write a v1 Secret with metadata, type, data and stringData only"
  },
  MAYFLY_SYNC_MANIFEST_REFUSED: {
    kind: "denied",
    message: "{path}: in document {document}, {field} {problem}",
    hint: "remove the field or change it; what steers other controllers or grants rights does not come from git"
  },
  MAYFLY_SYNC_VALUE_MISSING: {
    kind: "invalid",
    message: "{path} has no value at {valuePath}",
    hint: "correct valuePath, or add the value to the file"
  },
  MAYFLY_SYNC_VALUE_NESTED: {
    kind: "invalid",
    message: "{path} has a map or a list at {valuePath}, where one value is needed",
    hint: "pick single values with from: keys, or take the whole file with from: file"
  },
  MAYFLY_SYNC_KEY_NAME: {
    kind: "invalid",
    message: "{path} has {key}, which cannot be the key of a Secret",
    hint: "use letters, digits, dots, dashes and underscores only, and no two dots at the start"
  },
  MAYFLY_SYNC_KEY_DUPLICATE: {
    kind: "invalid",
    message: "{path} gives the key {key} that another file gives already",
    hint: "give each key in one file only"
  },
  MAYFLY_SYNC_NAME_DUPLICATE: {
    kind: "invalid",
    message: "{path} makes the Secret {name} that {other} makes already",
    hint: "give each Secret a name of its own"
  },
  MAYFLY_SYNC_TOO_LARGE: {
    kind: "exceeded",
    message: "the Secret {name} from {path} is larger than {limit} bytes",
    hint: "split it into several Secrets"
  },
  MAYFLY_SYNC_TOO_MANY_FILES: {
    kind: "exceeded",
    message: "there are more than {limit} files at {path}",
    hint: "narrow spec.path, or split the object"
  },
  MAYFLY_SYNC_EMPTY: {
    kind: "invalid",
    message: "{path} gives no Secret or one without a key",
    hint: "add a value, or remove the file"
  },
  MAYFLY_SYNC_PATH_MISSING: {
    kind: "invalid",
    message: "the accepted commit has no file at {path}",
    hint: "correct spec.path, or add the file to the repository"
  },
  MAYFLY_SYNC_KEY_MISSING: {
    kind: "invalid",
    message: "there is no decryption key {reference}",
    hint: "create the key in the namespace of the object, or correct spec.decryption.keys"
  },
  MAYFLY_SYNC_ROLLBACK: {
    kind: "denied",
    message: "{path} says it is older than the version before it",
    hint: "encrypt it anew, set rollback: Warn on the source, or allow it once with the force annotation"
  },
  MAYFLY_SYNC_SOURCE_MISSING: {
    kind: "invalid",
    message: "there is no GitSource {source}",
    hint: "create it in the namespace of the object, or correct spec.sourceRef"
  },
  MAYFLY_SYNC_SOURCE_REFUSED: {
    kind: "denied",
    message: "the source {source} does not verify: leases are not renewed ({code})",
    hint: "see the conditions of the source"
  },
  MAYFLY_SYNC_PLACE: {
    kind: "invalid",
    message: "{field} only works {where}",
    hint: "remove it from the object"
  },
  MAYFLY_SYNC_WORKLOAD_MISSING: {
    kind: "invalid",
    message: "there is no {workload} to restart in namespace {namespace}",
    hint: "create it, or correct spec.restart"
  },
  MAYFLY_SYNC_HOOK_UNKNOWN: {
    kind: "invalid",
    message: "there is no hook {name} in the configuration",
    hint: "ask the administrator for the names of hooks that restart may use"
  },
  MAYFLY_SYNC_CREDENTIALS_INCOMPLETE: {
    kind: "invalid",
    message: "the credentials {name} of the source have no {key}",
    hint: "add the key; the reference of GitSource lists the keys of each type"
  }
};

// src/core/errors/codes/template.ts
var templateCodes = {
  MAYFLY_TEMPLATE_SYNTAX: {
    kind: "invalid",
    message: "template {template} at {at}: {problem}",
    hint: "see the reference of templates for what they may hold"
  },
  MAYFLY_TEMPLATE_FUNCTION: {
    kind: "invalid",
    message: "template {template} at {at}: the function {name} {problem}",
    hint: "see the reference of templates for the functions that there are"
  },
  MAYFLY_TEMPLATE_PATH: {
    kind: "invalid",
    message: "template {template} at {at}: secret {problem}",
    hint: 'write secret "path" with the path as a text in quotes, as the store spells it'
  },
  MAYFLY_TEMPLATE_MISSING: {
    kind: "invalid",
    message: "template {template} at {at}: {name} has no value",
    hint: "correct the name, or ask for it with if, with or sprig_default"
  },
  MAYFLY_TEMPLATE_VALUE: {
    kind: "invalid",
    message: "template {template} at {at}: {name} {problem}",
    hint: "see the reference of templates for what each function takes"
  },
  MAYFLY_TEMPLATE_LIMIT: {
    kind: "exceeded",
    message: "template {template} is over the limit of {limit} {what}",
    hint: "split it into several files"
  }
};

// src/core/errors/codes/tenancy.ts
var tenancyCodes = {
  MAYFLY_TENANCY_NAMESPACE: {
    kind: "denied",
    message: "no Secret is written in the namespace {namespace}",
    hint: "use another namespace; those of the cluster itself and of mayfly are left alone"
  },
  MAYFLY_TENANCY_GIT_URL: {
    kind: "denied",
    message: "the url of GitSource {source} is not allowed by {policy}",
    hint: "use a url that is allowed, or ask the administrator to add it to git.urls of a TenantPolicy"
  },
  MAYFLY_TENANCY_TTL: {
    kind: "denied",
    message: "spec.ttl is not between {min} and {max} as demanded by {policy}",
    hint: "set ttl within these bounds, or ask the administrator to widen ttl of a TenantPolicy"
  },
  MAYFLY_TENANCY_LIFETIME: {
    kind: "denied",
    message: "spec.lifetime {lifetime} is not allowed by {policy}",
    hint: "use another lifetime, or ask the administrator to add it to lifetimes of a TenantPolicy"
  },
  MAYFLY_TENANCY_RESTART: {
    kind: "denied",
    message: "spec.restart[{index}] is not allowed by {policy}",
    hint: "remove the entry, or ask the administrator to add it to restart of a TenantPolicy"
  },
  MAYFLY_TENANCY_STORE_NAMESPACE: {
    kind: "denied",
    message: "store {store} is not for namespace {namespace}",
    hint: "use another store, or ask the administrator to widen namespaceSelector of the ClusterStore"
  },
  MAYFLY_TENANCY_STORE_SUSPENDED: {
    kind: "denied",
    message: "store {store} is suspended",
    hint: "wait until suspend is taken off it, or use another store"
  },
  MAYFLY_TENANCY_STORE_ADDRESS: {
    kind: "denied",
    message: "the address of Store {store} is not allowed by {policy}",
    hint: "use a ClusterStore, or ask the administrator to add the address to stores.addresses of a TenantPolicy"
  },
  MAYFLY_TENANCY_STORE_ROLE: {
    kind: "denied",
    message: "the role of Store {store} is not allowed by {policy}",
    hint: "use another role, or ask the administrator to add it to stores.roles of a TenantPolicy"
  },
  MAYFLY_TENANCY_STORE_AUDIENCE: {
    kind: "denied",
    message: "the audience of Store {store} is not allowed by {policy}",
    hint: "leave audience out, or ask the administrator to add it to stores.audiences of a TenantPolicy"
  },
  MAYFLY_TENANCY_IDENTITY: {
    kind: "denied",
    message: "{clause} of AccessPolicy {object} is not allowed by {policy}",
    hint: "test an id that is allowed, or ask the administrator to add the owner, group or workspace to identities of a TenantPolicy"
  },
  MAYFLY_TENANCY_POLICY_INVALID: {
    kind: "denied",
    message: "the policy {policy} is invalid and no other one allows this in namespace {namespace}",
    hint: "ask the administrator to correct the policy: its conditions say what is wrong"
  },
  MAYFLY_TENANCY_NAMESPACE_UNKNOWN: {
    kind: "unavailable",
    message: "the labels of namespace {namespace} are not known yet"
  }
};

// src/core/errors/codes/webhook.ts
var webhookCodes = {
  MAYFLY_WEBHOOK_REVIEW: {
    kind: "invalid",
    message: "the admission review cannot be used: {field} {problem}",
    hint: "apply the webhook configurations of the version that runs: it answers admission.k8s.io/v1 for pods, workloads and its own kinds"
  },
  MAYFLY_WEBHOOK_LATE: {
    kind: "unavailable",
    message: "the webhook had no time left to answer: {limit} ms are over",
    hint: "try again; when it happens often, give the webhook more replicas or more processor time"
  },
  MAYFLY_WEBHOOK_NOT_READY: {
    kind: "unavailable",
    message: "the webhook does not know yet what administrators allow",
    hint: "try again in a moment; its log says what it waits for"
  },
  MAYFLY_WEBHOOK_BROKER_CA: {
    kind: "invalid",
    message: "the file {path} holds no PEM certificate for agents to trust the broker by",
    hint: "put the certificates of its authority there as PEM blocks; pods cannot read what the broker serves until then"
  },
  MAYFLY_HTTP_CERTIFICATE: {
    kind: "invalid",
    message: "the certificate {certFile} and the key {keyFile} cannot be used together",
    hint: "both must be PEM, and the key that of the first certificate"
  }
};

// src/core/errors/codes/yaml.ts
var yamlCodes = {
  MAYFLY_YAML_SYNTAX: {
    kind: "invalid",
    message: "not valid YAML: {name}, line {line}",
    hint: "correct the YAML at that line"
  },
  MAYFLY_YAML_UNSUPPORTED: {
    kind: "invalid",
    message: "{feature} cannot be read here: {name}, line {line}",
    hint: "write the document with plain maps, lists and scalars"
  },
  MAYFLY_YAML_DUPLICATE_KEY: {
    kind: "invalid",
    message: "a map has the same key twice: {name}, line {line}",
    hint: "remove one of the two entries"
  },
  MAYFLY_YAML_LIMIT: {
    kind: "exceeded",
    message: "more than {limit} {what} in YAML: {name}, line {line}",
    hint: "split the file or make it smaller"
  }
};

// src/core/errors/catalogue.ts
var catalogue = {
  ...internalCodes,
  ...cliCodes,
  ...configCodes,
  ...platformCodes,
  ...objectCodes,
  ...kubeCodes,
  ...clusterCodes,
  ...certsCodes,
  ...gitCodes,
  ...sopsCodes,
  ...sopsWriteCodes,
  ...ageCodes,
  ...storeCodes,
  ...identityCodes,
  ...auditCodes,
  ...replayCodes,
  ...brokerCodes,
  ...syncCodes,
  ...tenancyCodes,
  ...podCodes,
  ...policyCodes,
  ...sinkCodes,
  ...hostCodes,
  ...agentCodes,
  ...webhookCodes,
  ...yamlCodes,
  ...formatCodes,
  ...templateCodes,
  ...ciCodes
};

// src/core/errors/kinds.ts
var kinds = {
  invalid: { retry: "never", httpStatus: 400, ready: "False", stalled: !0, exitCode: 2 },
  unauthenticated: { retry: "never", httpStatus: 401, ready: "False", stalled: !1, exitCode: 3 },
  denied: { retry: "never", httpStatus: 403, ready: "False", stalled: !0, exitCode: 3 },
  corrupt: { retry: "never", httpStatus: 422, ready: "False", stalled: !0, exitCode: 4 },
  exceeded: { retry: "never", httpStatus: 413, ready: "False", stalled: !0, exitCode: 4 },
  unavailable: {
    retry: "backoff",
    httpStatus: 503,
    ready: "Unknown",
    stalled: !1,
    exitCode: 75
  },
  conflict: { retry: "soon", httpStatus: 409, ready: "Unknown", stalled: !1, exitCode: 75 },
  bug: { retry: "backoff", httpStatus: 500, ready: "Unknown", stalled: !1, exitCode: 70 }
};

// src/core/errors/mayfly-error.ts
var maxParamLength = 300, MayflyError = class extends Error {
  code;
  kind;
  hint;
  retryAfterMs;
  status;
  #cause;
  #params;
  /** Use {@link createError}, which checks the parameters of the code. */
  constructor(code2, params, options) {
    let entry = catalogue[code2];
    super(renderMessage(entry.message, params)), this.name = "MayflyError", this.code = code2, this.kind = entry.kind, this.hint = entry.hint ?? "", this.retryAfterMs = options.retryAfterMs, this.status = options.status, this.#cause = options.cause, this.#params = params;
  }
  /** What fills the placeholders of the message: with the code, all it takes to make this error again elsewhere. */
  get params() {
    return this.#params;
  }
  /** The failure underneath, for tests and for deciding; it may quote input, so it is never printed. */
  get hiddenCause() {
    return this.#cause;
  }
  get retry() {
    return catalogue[this.code].retry ?? kinds[this.kind].retry;
  }
  get exitCode() {
    return kinds[this.kind].exitCode;
  }
  get httpStatus() {
    return kinds[this.kind].httpStatus;
  }
  toJSON() {
    return { code: this.code, kind: this.kind, message: this.message, hint: this.hint };
  }
  [/* @__PURE__ */ Symbol.for("nodejs.util.inspect.custom")]() {
    return `MayflyError [${this.code}]: ${this.message}`;
  }
};
function createError(code2, params, options = {}) {
  return new MayflyError(code2, params, options);
}
function isMayflyError(error) {
  return error instanceof MayflyError;
}
function renderMessage(template, params) {
  return template.replace(/\{(\w+)\}/gu, (_, name2) => renderParam(params[name2]));
}
function renderParam(value) {
  let text = String(value ?? "?").replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`
  );
  return text.length <= maxParamLength ? text : `${text.slice(0, maxParamLength)}\u2026`;
}

// src/platform/lifecycle/host.ts
import { writeFileSync } from "node:fs";

// src/platform/time/keep-program-alive.ts
function keepProgramAlive() {
  let timer = setInterval(() => {
  }, 36e5);
  return () => clearInterval(timer);
}

// src/platform/lifecycle/host.ts
var stopSignals = ["SIGTERM", "SIGINT", "SIGHUP"];
function createHost() {
  return refuseDumps(), {
    onStopSignal: (callback) => {
      for (let signal of stopSignals) process.on(signal, () => callback(signal));
    },
    onUncaught: (callback) => {
      process.on("uncaughtException", callback), process.on("unhandledRejection", callback);
    },
    keepAlive: () => {
      keepProgramAlive();
    },
    exit: (code2) => process.exit(code2)
  };
}
function refuseDumps() {
  emptyCores(), process.report.reportOnFatalError = !1, process.report.reportOnSignal = !1, process.report.reportOnUncaughtException = !1, process.on("SIGUSR1", () => {
  });
}
function emptyCores() {
  try {
    writeFileSync("/proc/self/coredump_filter", "0");
  } catch {
  }
}

// src/roles/ci/commands/ci-terminal.ts
import { fstatSync } from "node:fs";

// src/platform/time/system-clock.ts
function createSystemClock() {
  return { now: () => Date.now(), after: startTimer, ticks: readTicks };
}
function readTicks() {
  return Number(process.hrtime.bigint()) / 1e6;
}
function startTimer(delayMs, callback) {
  let timer;
  function arm(remainingMs) {
    let stepMs = Math.min(remainingMs, 2147483647), next = remainingMs > stepMs ? () => arm(remainingMs - stepMs) : callback;
    timer = setTimeout(next, stepMs), timer.unref();
  }
  return arm(Math.max(0, delayMs)), () => clearTimeout(timer);
}

// src/platform/time/system-random.ts
import { randomBytes, randomInt, randomUUID } from "node:crypto";
var fractionSteps = 2 ** 47;
function createSystemRandom() {
  return {
    bytes: (length) => new Uint8Array(randomBytes(length)),
    fraction: () => randomInt(fractionSteps) / fractionSteps,
    uuid: () => randomUUID()
  };
}

// src/roles/ci/commands/ci-terminal.ts
function createCiWorld({ env, stderr: stderr2 }) {
  return {
    env,
    clock: createSystemClock(),
    random: createSystemRandom(),
    isLogKept: isFile(2),
    write: (text) => {
      stderr2.write(text);
    }
  };
}
function isFile(descriptor) {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return !1;
  }
}

// src/roles/ci/watch-stop.ts
import { constants } from "node:os";
function watchStop(host, passed = []) {
  let stopping = new AbortController(), forward = null, early = null;
  host.onStopSignal((signal) => {
    if (forward !== null) return forward(signal);
    early ??= signal, stopping.abort(createError("MAYFLY_CI_UNAVAILABLE", { server: "nobody", reason: signal }));
  });
  for (let signal of passed) process.on(signal, () => forward?.(signal));
  return {
    signal: stopping.signal,
    forwardTo(next) {
      forward = next, early !== null && next(early);
    },
    exitCode: () => early === null ? null : 128 + constants.signals[early]
  };
}

// src/core/format/utf8.ts
function encodeText(text) {
  return new TextEncoder().encode(text);
}
function readCodePoint(bytes, at) {
  let lead = bytes[at] ?? 255, size = sizeOfLead(lead);
  if (size < 2) return size === 1 ? lead : -1;
  let tail2 = bytes.subarray(at + 1, at + size);
  if (tail2.length < size - 1 || tail2.some((byte) => (byte & 192) !== 128)) return -1;
  let point = tail2.reduce((high, byte) => high << 6 | byte & 63, lead & 127 >> size);
  return isCharacter(point) && sizeOfCodePoint(point) === size ? point : -1;
}
function sizeOfLead(lead) {
  return lead < 128 ? 1 : lead >= 194 && lead <= 223 ? 2 : lead >= 224 && lead <= 239 ? 3 : lead >= 240 && lead <= 244 ? 4 : 0;
}
function isCharacter(point) {
  return point < 55296 || point > 57343 && point <= 1114111;
}
function sizeOfCodePoint(point) {
  return point < 128 ? 1 : point < 2048 ? 2 : point < 65536 ? 3 : 4;
}
function* codePointsOf(bytes) {
  let at = 0;
  for (; at < bytes.length; ) {
    let point = readCodePoint(bytes, at);
    if (yield point, point < 0) return;
    at += sizeOfCodePoint(point);
  }
}
function isUtf8(bytes) {
  let at = 0;
  for (; at < bytes.length; ) {
    let point = readCodePoint(bytes, at);
    if (point < 0) return !1;
    at += sizeOfCodePoint(point);
  }
  return !0;
}

// src/core/secret/secret-bytes.ts
var shown = "[secret]", SecretBytes = class _SecretBytes {
  #bytes;
  #reference;
  constructor(bytes) {
    this.#bytes = bytes, this.#reference = new WeakRef(this), live.add(this.#reference);
    for (let watcher of watchers) watcher.appeared(this.#reference);
    forgotten.register(this, this.#reference);
  }
  /** Takes the bytes over: the caller must not keep or change them. */
  static take(bytes) {
    return new _SecretBytes(bytes);
  }
  static copyOf(bytes) {
    return new _SecretBytes(Uint8Array.from(bytes));
  }
  /** Of its own: either may be wiped. Throws `MAYFLY_INTERNAL_SECRET_WIPED` after a wipe. */
  copy() {
    return _SecretBytes.copyOf(this.expose());
  }
  /** Size in bytes; 0 after {@link SecretBytes.wipe}. */
  get size() {
    return this.#bytes?.length ?? 0;
  }
  get isWiped() {
    return this.#bytes === null;
  }
  /** The bytes themselves, not a copy. Throws `MAYFLY_INTERNAL_SECRET_WIPED` after a wipe. */
  expose() {
    if (this.#bytes === null) throw createError("MAYFLY_INTERNAL_SECRET_WIPED", {});
    return this.#bytes;
  }
  /** Overwrites the bytes with zeroes. May be called more than once. */
  wipe() {
    this.#bytes?.fill(0), this.#bytes = null, forget(this.#reference);
  }
  toString() {
    return shown;
  }
  toJSON() {
    return shown;
  }
  valueOf() {
    return shown;
  }
  [Symbol.toPrimitive]() {
    return shown;
  }
  [/* @__PURE__ */ Symbol.for("nodejs.util.inspect.custom")]() {
    return shown;
  }
  get [Symbol.toStringTag]() {
    return "SecretBytes";
  }
}, live = /* @__PURE__ */ new Set(), forgotten = new FinalizationRegistry(forget), watchers = /* @__PURE__ */ new Set();
function forget(reference) {
  if (live.delete(reference))
    for (let watcher of watchers) watcher.vanished(reference);
}

// src/core/format/byte-builder.ts
function createByteBuilder(limit, tooLarge) {
  let bytes = new Uint8Array(256), size = 0;
  function wipe() {
    bytes.fill(0), size = 0;
  }
  function grow(needed) {
    if (needed <= bytes.length) return;
    let larger = new Uint8Array(Math.max(needed, bytes.length * 2));
    larger.set(bytes), bytes.fill(0), bytes = larger;
  }
  function addBytes(added) {
    if (size + added.length > limit) throw tooLarge();
    grow(size + added.length), bytes.set(added, size), size += added.length;
  }
  return {
    get size() {
      return size;
    },
    addText: (text) => addBytes(encodeText(text)),
    addBytes,
    finish() {
      let whole2 = bytes.slice(0, size);
      return wipe(), whole2;
    },
    wipe
  };
}

// src/core/format/refuse.ts
var maxRenderedBytes = 1048576;
function refuseValue(format, key, problem) {
  return createError("MAYFLY_FORMAT_VALUE", { format, key, problem });
}
function refuseSize() {
  return createError("MAYFLY_FORMAT_TOO_LARGE", { limit: maxRenderedBytes });
}

// src/core/format/render-lines.ts
var variableName = /^[A-Za-z_][A-Za-z0-9_]*$/u;
function isVariableName(text) {
  return variableName.test(text) && text.length <= 253;
}
function renderEnv(out, fields) {
  for (let [key, value] of fields.entries) {
    if (!isVariableName(key))
      throw createError("MAYFLY_FORMAT_KEY", { format: "env", key, problem: "is no name of a variable: letters, digits and underscores" });
    let bytes = textOf("env", key, value), quote2 = chooseQuote(bytes);
    if (quote2 === null) throw refuseValue("env", key, "has both ' and one of \" $ ` \\");
    if (bytes.includes(0) || bytes.includes(13))
      throw refuseValue("env", key, "has a NUL or a carriage return");
    out.addText(`${key}=${quote2}`), out.addBytes(bytes), out.addText(`${quote2}
`);
  }
}
var special = /* @__PURE__ */ new Set([34, 36, 96, 92]);
function chooseQuote(bytes) {
  return bytes.includes(39) ? bytes.some((byte) => special.has(byte)) ? null : '"' : "'";
}
function textOf(format, key, value) {
  if (value.kind === "bool") return encodeText(String(value.value));
  if (value.kind === "nil") throw refuseValue(format, key, "is null");
  if (value.kind !== "text" && value.kind !== "number")
    throw refuseValue(format, key, `is a ${value.kind}`);
  if (!isUtf8(value.bytes)) throw refuseValue(format, key, "is no UTF-8 text");
  return value.bytes;
}
function renderProperties(out, fields) {
  for (let [key, value] of fields.entries)
    escapeProperty(out, encodeText(key), !0), out.addText("="), escapeProperty(out, textOf("properties", key, value), !1), out.addText(`
`);
}
var propertyEscapes = /* @__PURE__ */ new Map([
  [9, "\\t"],
  [10, "\\n"],
  [12, "\\f"],
  [13, "\\r"],
  [33, "\\!"],
  [35, "\\#"],
  [58, "\\:"],
  [61, "\\="],
  [92, "\\\\"]
]);
function escapeProperty(out, bytes, isKey) {
  let isStart = !0;
  for (let point of codePointsOf(bytes))
    point === 32 ? out.addText(isKey || isStart ? "\\ " : " ") : out.addText(propertyEscapes.get(point) ?? asciiOf(point)), isStart = isStart && point === 32;
}
function asciiOf(point) {
  let character = String.fromCodePoint(point);
  return point >= 32 && point < 127 ? character : character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}

// src/core/format/render-variables.ts
var maxVariableBytes = 131072;
function refuseVariable({ key, variable }, bytes) {
  if (!isVariableName(key))
    return createError("MAYFLY_FORMAT_KEY", { format: "a variable", key, problem: "is no name of a variable: letters, digits and underscores" });
  let problem = findProblem(key, bytes);
  return problem === null ? null : createError("MAYFLY_FORMAT_VARIABLE", { variable, problem });
}
function findProblem(key, bytes) {
  return bytes.includes(0) ? "has a NUL, which no variable can hold" : isUtf8(bytes) ? key.length + bytes.length + 2 <= maxVariableBytes ? null : `is over ${maxVariableBytes} bytes, which Linux cannot pass on` : "is no UTF-8 text";
}

// src/roles/ci/ci-world.ts
function tell(world2, text) {
  world2.write(`mayfly: ${text}
`);
}
function readEnvironment({ env }) {
  let given = Object.entries(env).filter(
    (entry) => entry[1] !== void 0
  );
  return Object.fromEntries(given);
}
function readVariable({ env }, name2) {
  let value = env[name2] ?? "";
  return value === "" ? null : value;
}

// src/roles/ci/output/lease-file.ts
import { join as join2 } from "node:path";
import { lstatSync } from "node:fs";

// src/platform/files/read-file-bounded.ts
import { constants as constants2 } from "node:fs";
import { open } from "node:fs/promises";

// src/platform/files/system-error.ts
function readErrno(error) {
  return typeof error != "object" || error === null || !("code" in error) ? "unknown" : typeof error.code == "string" ? error.code : "unknown";
}

// src/platform/files/read-file-bounded.ts
var readFlags = constants2.O_RDONLY | constants2.O_NONBLOCK, smallestBuffer = 512;
async function readFileBounded(path, limit, signal) {
  return readWith(path, limit, { flags: readFlags, signal });
}
async function readWith(path, limit, options) {
  options.signal?.throwIfAborted();
  try {
    let handle = await open(path, options.flags);
    try {
      return await readHandle(handle, { path, limit, signal: options.signal });
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw options.signal?.throwIfAborted(), nameFailure(error, path);
  }
}
async function readHandle(handle, options) {
  let { path, limit } = options, stat = await handle.stat();
  if (!stat.isFile()) throw createError("MAYFLY_FILE_NOT_REGULAR", { path });
  if (stat.size > limit) throw createError("MAYFLY_FILE_TOO_LARGE", { path, limit });
  let buffer = Buffer.alloc(Math.min(limit, Math.max(stat.size, smallestBuffer)) + 1), filled = 0;
  for (; ; ) {
    options.signal?.throwIfAborted();
    let { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, null);
    if (bytesRead === 0) return buffer.subarray(0, filled);
    if (filled += bytesRead, filled > limit)
      throw buffer.fill(0), createError("MAYFLY_FILE_TOO_LARGE", { path, limit });
    filled === buffer.length && (buffer = growWiping(buffer, limit));
  }
}
function growWiping(buffer, limit) {
  let grown = Buffer.alloc(Math.min(limit + 1, buffer.length * 2));
  return buffer.copy(grown), buffer.fill(0), grown;
}
function nameFailure(error, path) {
  if (isMayflyError(error)) return error;
  let reason = readErrno(error);
  return reason === "ENOENT" || reason === "ENOTDIR" ? createError("MAYFLY_FILE_MISSING", { path }, { cause: error }) : reason === "ELOOP" || reason === "ENXIO" ? createError("MAYFLY_FILE_NOT_REGULAR", { path }, { cause: error }) : createError("MAYFLY_FILE_UNREADABLE", { path, reason }, { cause: error });
}

// src/platform/files/write-file-atomically.ts
import { randomBytes as randomBytes2 } from "node:crypto";
import {
  closeSync,
  constants as constants3,
  fchmodSync,
  fchownSync,
  fsync,
  openSync,
  writeFileSync as writeFileSync2
} from "node:fs";
import { readdir, rename, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

// src/platform/files/steps.ts
function noSteps() {
}

// src/platform/files/write-file-atomically.ts
var temporaryPrefix = ".mayfly-tmp-", createFlags = constants3.O_WRONLY | constants3.O_CREAT | constants3.O_EXCL | constants3.O_NOFOLLOW;
async function writeFileAtomically(path, bytes, options) {
  let onStep = options.onStep ?? noSteps, folder = dirname(path), temporary = join(folder, `${temporaryPrefix}${randomBytes2(8).toString("hex")}`);
  try {
    await writeTemporary(temporary, bytes, { ...options, onStep }), await rename(temporary, path), onStep("renamed"), options.durable !== !1 && await syncFolder(folder), onStep("folder-synced");
  } catch (error) {
    throw await unlink(temporary).catch(() => {
    }), nameFailure2(error, path);
  }
}
async function syncFolder(folder) {
  let opened = openSync(folder, constants3.O_RDONLY | constants3.O_DIRECTORY);
  try {
    await syncToDisk(opened);
  } finally {
    closeSync(opened);
  }
}
var syncToDisk = promisify(fsync);
async function writeTemporary(temporary, bytes, options) {
  let file = openSync(temporary, createFlags, 384);
  try {
    options.onStep("temporary-created"), writeFileSync2(file, bytes), options.onStep("temporary-written"), setAccess(file, options), options.durable !== !1 && await syncToDisk(file), options.onStep("temporary-synced");
  } finally {
    closeSync(file);
  }
}
function setAccess(file, { mode: mode2, owner }) {
  fchmodSync(file, mode2), owner !== void 0 && fchownSync(file, owner.uid, owner.gid);
}
function nameFailure2(error, path) {
  let reason = readErrno(error);
  return reason === "unknown" ? error : createError("MAYFLY_FILE_WRITE_FAILED", { path, reason }, { cause: error });
}

// src/roles/ci/output/lease-file.ts
var name = ".mayfly-lease", maxBytes = 1024, idShape = /^[\x21-\x7e]{1,200}$/u;
async function writeLease(folder, leaseId) {
  await writeFileAtomically(join2(folder, name), Buffer.from(leaseId), {
    mode: 384,
    durable: !1
  });
}
async function readLease(folder) {
  let found = lstatSync(folder, { throwIfNoEntry: !1 });
  if (found === void 0) return null;
  function refuse2(problem) {
    return createError("MAYFLY_CI_FOLDER", { path: folder, problem });
  }
  if (!found.isDirectory() || found.uid !== process.getuid?.()) throw refuse2("is not of this user");
  if (lstatSync(join2(folder, name), { throwIfNoEntry: !1 }) === void 0) throw refuse2("was not made by an exchange");
  let id = (await readFileBounded(join2(folder, name), maxBytes)).toString("latin1");
  if (!idShape.test(id)) throw refuse2("does not name its lease");
  return id;
}

// src/core/format/plain.ts
var letterT = 116;
function toPlain(node, name2) {
  switch (node.kind) {
    case "map":
      return toPlainMap(node);
    case "list":
      return { kind: "list", items: node.items.filter((item) => item.kind !== "comment").map((item) => toPlain(item, name2)) };
    case "null":
      return { kind: "nil", name: name2 };
    case "value": {
      let bytes = node.bytes.expose();
      return node.type === "bool" ? { kind: "bool", value: bytes[0] === letterT } : node.type !== "int" && node.type !== "float" ? { kind: "text", bytes } : { kind: "number", bytes, isStored: !0 };
    }
  }
}
function toPlainMap(map) {
  let entries = /* @__PURE__ */ new Map();
  for (let entry of map.entries)
    entry.kind === "entry" && entries.set(entry.key, toPlain(entry.value, entry.key));
  return { kind: "map", entries };
}

// src/core/format/quote-text.ts
function isLineSeparator(point) {
  return point === 8232 || point === 8233;
}
function isYamlEscape(point) {
  return point >= 127 && point < 160 ? !0 : isLineSeparator(point) || point === 65279 || point === 65534 || point === 65535;
}
var short = /* @__PURE__ */ new Map([
  [34, '\\"'],
  [92, "\\\\"],
  [8, "\\b"],
  [12, "\\f"],
  [10, "\\n"],
  [13, "\\r"],
  [9, "\\t"]
]);
function quoteText(out, bytes, escapes2) {
  out.addText('"');
  let at = 0, from = 0;
  for (let point of codePointsOf(bytes)) {
    if (point < 0) return !1;
    let size = sizeOfCodePoint(point), escape = escapeOf(point, escapes2);
    escape !== null && (out.addBytes(bytes.subarray(from, at)), out.addText(escape), from = at + size), at += size;
  }
  return out.addBytes(bytes.subarray(from)), out.addText('"'), !0;
}
function escapeOf(point, escapes2) {
  let known = short.get(point);
  return known !== void 0 ? known : point < 32 || escapes2(point) ? `\\u${point.toString(16).padStart(4, "0")}` : null;
}

// src/core/format/encode-base64.ts
var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", alphabets = { standard: codesOf(`${letters}+/`), url: codesOf(`${letters}-_`) }, padding = 61;
function codesOf(text) {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
function encodeBase64(bytes, alphabet2) {
  let codes = alphabets[alphabet2], encoded = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(padding);
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    let [first = 0, second = 0, third = 0] = bytes.subarray(from, from + 3), bits = first << 16 | second << 8 | third, count = Math.min(3, bytes.length - from) + 1;
    for (let index = 0; index < count; index += 1)
      encoded[to + index] = codes[bits >> 18 - 6 * index & 63] ?? padding;
  }
  return encoded;
}

// src/core/format/write-json.ts
var jsonNumber = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/u, longestNumber = 400;
function isJsonNumber(bytes) {
  return bytes.length <= longestNumber && jsonNumber.test(new TextDecoder().decode(bytes));
}
function writeJson(out, value, style) {
  return writeNode({ out, style, path: [] }, value);
}
function writeNode(place, value) {
  switch (value.kind) {
    case "nil":
      return place.out.addText("null"), null;
    case "bool":
      return place.out.addText(String(value.value)), null;
    case "map":
      return writeMap(place, value);
    case "list":
      return writeList(place, value);
    default:
      return writeScalar(place, value);
  }
}
function writeScalar({ out, style, path }, value) {
  return value.kind === "text" ? quoteText(out, value.bytes, style.escapes) ? null : { path, problem: "is no UTF-8 text; encode it with base64Encode, or write it raw" } : isJsonNumber(value.bytes) ? (out.addBytes(value.bytes), null) : { path, problem: "is no finite number" };
}
function orderedEntries(map, isSorted) {
  let entries = [...map.entries];
  return isSorted ? entries.toSorted(([a], [b]) => a < b ? -1 : 1) : entries;
}
function writeMap(place, map) {
  let { out, style, path } = place, entries = orderedEntries(map, style.isSorted), colon2 = style.indent === "" ? ":" : ": ", parts = entries.map(([key, value]) => () => (quoteText(out, encodeText(key), style.escapes), out.addText(colon2), writeNode({ ...place, path: [...path, key] }, value)));
  return writeEnclosed(place, parts, "{}");
}
function writeList(place, list) {
  let parts = list.items.map(
    (item, index) => () => writeNode({ ...place, path: [...place.path, String(index)] }, item)
  );
  return writeEnclosed(place, parts, "[]");
}
function writeEnclosed({ out, style, path }, parts, marks) {
  let newline = style.indent === "" ? "" : `
${style.indent.repeat(path.length)}`;
  out.addText(marks.slice(0, 1));
  for (let [index, write] of parts.entries()) {
    out.addText(`${index === 0 ? "" : ","}${newline}${style.indent}`);
    let misfit = write();
    if (misfit !== null) return misfit;
  }
  return out.addText(`${parts.length === 0 ? "" : newline}${marks.slice(1)}`), null;
}

// src/core/format/render-login.ts
function renderDockerConfig(out, fields) {
  let texts = readTexts("docker-config", fields, {
    required: ["registry", "username", "password"],
    optional: ["email"]
  }), [registry = empty, username = empty, password = empty] = [
    "registry",
    "username",
    "password"
  ].map((key) => texts.get(key));
  if (username.includes(58)) throw refuseValue("docker-config", "username", "has a colon");
  let auth = encodeLogin(username, password), account = /* @__PURE__ */ new Map();
  for (let [key, bytes] of texts)
    key !== "registry" && account.set(key, { kind: "text", bytes });
  account.set("auth", { kind: "text", bytes: auth });
  let auths = mapOf([[new TextDecoder().decode(registry), { kind: "map", entries: account }]]);
  writeJson(out, mapOf([["auths", auths]]), {
    escapes: isLineSeparator,
    isSorted: !1,
    indent: ""
  }), auth.fill(0), out.addText(`
`);
}
var empty = new Uint8Array(0);
function mapOf(entries) {
  return { kind: "map", entries: new Map(entries) };
}
function encodeLogin(username, password) {
  let login = createByteBuilder(maxRenderedBytes, refuseSize);
  login.addBytes(username), login.addText(":"), login.addBytes(password);
  let joined = login.finish(), encoded = encodeBase64(joined, "standard");
  return joined.fill(0), encoded;
}
function renderNetrc(out, fields) {
  let texts = readTexts("netrc", fields, {
    required: ["machine", "login", "password"],
    optional: ["account"]
  });
  for (let [index, key] of ["machine", "login", "password", "account"].entries()) {
    let bytes = texts.get(key);
    bytes !== void 0 && (refuseQuoting(key, bytes), out.addText(`${index === 0 ? "" : " "}${key} `), out.addBytes(bytes));
  }
  out.addText(`
`);
}
function refuseQuoting(key, bytes) {
  if (bytes.length === 0) throw refuseValue("netrc", key, "is empty");
  if (bytes[0] === 35) throw refuseValue("netrc", key, "begins with #");
  if (bytes.some((byte) => byte <= 32 || byte === 127 || byte === 34 || byte === 92))
    throw refuseValue("netrc", key, "has a space, a control character, a quote or a backslash");
}
function readTexts(format, { entries }, { required, optional }) {
  let known = [...required, ...optional];
  if (!required.every((key) => entries.has(key)) || [...entries.keys()].some((key) => !known.includes(key))) {
    let needs = `the keys ${required.join(", ")}, and takes ${optional.join(", ")} besides`;
    throw createError("MAYFLY_FORMAT_FIELDS", { format, needs });
  }
  let texts = /* @__PURE__ */ new Map();
  for (let key of known) {
    let value = entries.get(key);
    value !== void 0 && texts.set(key, textOf(format, key, value));
  }
  return texts;
}

// src/core/format/write-yaml.ts
var plainKey = /^[A-Za-z_][A-Za-z0-9_.-]*$/u, wordOfYaml = /^(?:true|false|yes|no|on|off|null|y|n)$/iu;
function writeYaml(out, value, style) {
  let place = { out, style: { ...style, indent: "" }, path: [], margin: "" };
  return isFilled(value) ? writeBlock(place, value, !0) : writeFlat(place, value);
}
function isFilled(value) {
  return value.kind === "map" ? value.entries.size > 0 : value.kind === "list" && value.items.length > 0;
}
function writeBlock(place, block, isBehindDash) {
  let parts = block.kind === "map" ? orderedEntries(block, place.style.isSorted) : block.items.map((item, index) => [String(index), item]);
  for (let [index, [key, value]] of parts.entries()) {
    let at = { ...place, path: [...place.path, key] };
    (index > 0 || !isBehindDash) && place.out.addText(`
${place.margin}`);
    let misfit = block.kind === "map" ? writeEntry(at, key, value) : writeItem(at, value);
    if (misfit !== null) return misfit;
  }
  return null;
}
function writeEntry(place, key, value) {
  let { out, margin } = place;
  return plainKey.test(key) && !wordOfYaml.test(key) ? out.addText(key) : quoteText(out, encodeText(key), place.style.escapes), out.addText(":"), isFilled(value) ? writeBlock({ ...place, margin: `${margin}  ` }, value, !1) : (out.addText(" "), writeFlat(place, value));
}
function writeItem(place, value) {
  return place.out.addText("- "), isFilled(value) ? writeBlock({ ...place, margin: `${place.margin}  ` }, value, !0) : writeFlat(place, value);
}
function writeFlat(place, value) {
  switch (value.kind) {
    case "text":
    case "number":
      return writeScalar(place, value);
    case "bool":
      return place.out.addText(String(value.value)), null;
    case "nil":
      return place.out.addText("null"), null;
    case "map":
    case "list":
      return place.out.addText(value.kind === "map" ? "{}" : "[]"), null;
  }
}

// src/core/format/render-format.ts
function decideFormat(isOneValue) {
  return isOneValue ? "raw" : "json";
}
function renderFormat(format, fields) {
  let out = createByteBuilder(maxRenderedBytes, refuseSize);
  try {
    return writers[format](out, toPlainMap(fields)), SecretBytes.take(out.finish());
  } finally {
    out.wipe();
  }
}
var writers = {
  env: renderEnv,
  json: renderJson,
  yaml: renderYaml,
  properties: renderProperties,
  raw: renderRaw,
  "docker-config": renderDockerConfig,
  netrc: renderNetrc
};
function renderJson(out, fields) {
  refuseMisfit("json", writeJson(out, fields, { escapes: isLineSeparator, isSorted: !1, indent: "" })), out.addText(`
`);
}
function renderYaml(out, fields) {
  refuseMisfit("yaml", writeYaml(out, fields, { escapes: isYamlEscape, isSorted: !1 })), out.addText(`
`);
}
function refuseMisfit(format, misfit) {
  if (misfit !== null) throw refuseValue(format, misfit.path.join("."), misfit.problem);
}
function renderRaw(out, { entries }) {
  let [only, ...others] = entries;
  if (only === void 0 || others.length > 0)
    throw createError("MAYFLY_FORMAT_FIELDS", { format: "raw", needs: "one key, named by #key" });
  let [key, value] = only;
  if (value.kind === "text" || value.kind === "number") out.addBytes(value.bytes);
  else if (value.kind === "bool") out.addText(String(value.value));
  else throw refuseValue("raw", key, value.kind === "nil" ? "is null" : `is a ${value.kind}`);
}

// src/core/secret/unescape-json.ts
var backslash = codeOf("\\"), hexDigits = /^[0-9a-fA-F]{4}$/u, escapes = /* @__PURE__ */ new Map([
  [codeOf('"'), 34],
  [codeOf("\\"), 92],
  [codeOf("/"), 47],
  [codeOf("b"), 8],
  [codeOf("f"), 12],
  [codeOf("n"), 10],
  [codeOf("r"), 13],
  [codeOf("t"), 9]
]);
function unescapeJson(raw) {
  let into = new Uint8Array(raw.length), length = 0, at = 0;
  for (; at < raw.length; ) {
    let read = raw[at] === backslash ? readEscape(raw, at) : { bytes: [raw[at] ?? 0], size: 1 };
    if (read === null)
      return into.fill(0), null;
    into.set(read.bytes, length), length += read.bytes.length, at += read.size;
  }
  let text = into.slice(0, length);
  return into.fill(0), text;
}
function readEscape(raw, at) {
  let letter = raw[at + 1] ?? 0, plain = escapes.get(letter);
  if (plain !== void 0) return { bytes: [plain], size: 2 };
  let unit = letter === codeOf("u") ? readUnit(raw, at + 2) : null;
  return unit === null ? null : readPoint(raw, at, unit);
}
function readPoint(raw, at, unit) {
  if (unit < 55296 || unit >= 57344) return { bytes: encode(unit), size: 6 };
  let low = unit < 56320 ? readSecondUnit(raw, at + 6) : null;
  return low === null ? { bytes: encode(65533), size: 6 } : { bytes: encode(65536 + (unit - 55296 << 10) + (low - 56320)), size: 12 };
}
function readSecondUnit(raw, at) {
  if (raw[at] !== backslash || raw[at + 1] !== codeOf("u")) return null;
  let low = readUnit(raw, at + 2);
  return low !== null && low >= 56320 && low < 57344 ? low : null;
}
function readUnit(raw, at) {
  let digits = String.fromCharCode(...raw.subarray(at, at + 4));
  return hexDigits.test(digits) ? Number.parseInt(digits, 16) : null;
}
function encode(point) {
  return point < 128 ? [point] : point < 2048 ? [192 | point >> 6, tail(point)] : point < 65536 ? [224 | point >> 12, tail(point >> 6), tail(point)] : [240 | point >> 18, tail(point >> 12), tail(point >> 6), tail(point)];
}
function tail(point) {
  return 128 | point & 63;
}
function codeOf(character) {
  return character.charCodeAt(0);
}

// src/core/secret/parse-secret-json.ts
var mostDepth = 32, mostNodes = 2e4;
function parseSecretJson(bytes) {
  let reader = new SecretJsonReader(bytes);
  try {
    return reader.root();
  } catch (error) {
    if (reader.wipe(), error instanceof NotJson) return null;
    throw error;
  }
}
var NotJson = class extends Error {
}, [quote, backslash2, comma, colon] = [codeOf('"'), codeOf("\\"), codeOf(","), codeOf(":")], spaces = new Set([" ", "	", `
`, "\r"].map(codeOf)), bareEnds = /* @__PURE__ */ new Set([...spaces, comma, codeOf("]"), codeOf("}")]), number = /^-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$/u, longestBare = 400, SecretJsonReader = class {
  #bytes;
  #made = [];
  #at = 0;
  #nodes = 0;
  constructor(bytes) {
    this.#bytes = bytes;
  }
  wipe() {
    for (let secret of this.#made) secret.wipe();
  }
  root() {
    this.#skipSpace();
    let root = this.#node(1);
    if (this.#skipSpace(), root.kind !== "map" || this.#at !== this.#bytes.length) throw new NotJson();
    return root;
  }
  #node(depth) {
    if (this.#nodes += 1, depth > mostDepth || this.#nodes > mostNodes) throw new NotJson();
    let first = this.#bytes[this.#at];
    return first === codeOf("{") ? this.#map(depth) : first === codeOf("[") ? this.#list(depth) : first === quote ? { kind: "value", type: "str", bytes: this.#keep(this.#text()) } : this.#bare();
  }
  #map(depth) {
    let entries = [], keys = /* @__PURE__ */ new Set();
    return this.#members(codeOf("}"), () => {
      let key = new TextDecoder().decode(this.#text());
      if (keys.has(key)) throw new NotJson();
      keys.add(key), this.#skipSpace(), this.#expect(colon), this.#skipSpace(), entries.push({ kind: "entry", key, value: this.#node(depth + 1) });
    }), { kind: "map", entries };
  }
  #list(depth) {
    let items = [];
    return this.#members(codeOf("]"), () => items.push(this.#node(depth + 1))), { kind: "list", items };
  }
  /** What stands between the brackets, with commas between. */
  #members(close, read) {
    if (this.#at += 1, this.#skipSpace(), this.#bytes[this.#at] !== close)
      for (read(), this.#skipSpace(); this.#bytes[this.#at] === comma; )
        this.#at += 1, this.#skipSpace(), read(), this.#skipSpace();
    this.#expect(close);
  }
  /** A word or a number. */
  #bare() {
    let start = this.#at;
    for (; this.#at < this.#bytes.length && !bareEnds.has(this.#bytes[this.#at] ?? 0); )
      this.#at += 1;
    let end = Math.min(this.#at, start + longestBare + 1), bytes = Uint8Array.from(this.#bytes.subarray(start, end)), type = typeOf(new TextDecoder().decode(bytes));
    return type === "null" ? { kind: "null" } : { kind: "value", type, bytes: this.#keep(bytes) };
  }
  #text() {
    this.#expect(quote);
    let start = this.#at;
    for (; this.#bytes[this.#at] !== quote; ) this.#skipCharacter();
    let raw = this.#bytes.subarray(start, this.#at);
    if (this.#at += 1, !raw.includes(backslash2)) return Uint8Array.from(raw);
    let text = unescapeJson(raw);
    if (text === null) throw new NotJson();
    return text;
  }
  #skipCharacter() {
    let byte = this.#bytes[this.#at] ?? 0;
    if (byte < 32) throw new NotJson();
    this.#at += byte === backslash2 ? 2 : 1;
  }
  #keep(bytes) {
    let secret = SecretBytes.take(bytes);
    return this.#made.push(secret), secret;
  }
  #expect(byte) {
    if (this.#bytes[this.#at] !== byte) throw new NotJson();
    this.#at += 1;
  }
  #skipSpace() {
    for (; spaces.has(this.#bytes[this.#at] ?? 0); ) this.#at += 1;
  }
};
function typeOf(text) {
  if (text === "null") return "null";
  if (text === "true" || text === "false") return "bool";
  let match = text.length > longestBare ? null : number.exec(text);
  if (match === null) throw new NotJson();
  return match[1] === void 0 && match[2] === void 0 ? "int" : "float";
}

// src/core/secret/secret-tree.ts
function wipeTree(node) {
  switch (node.kind) {
    case "map":
      for (let entry of node.entries)
        entry.kind === "entry" ? wipeTree(entry.value) : wipeTree(entry);
      return;
    case "list":
      for (let item of node.items) wipeTree(item);
      return;
    case "value":
    case "comment":
      node.bytes.wipe();
      return;
    case "null":
      return;
  }
}

// src/roles/ci/output/render-files.ts
var mode = 384;
function renderFiles(files, values) {
  let rendered = [];
  try {
    for (let file of files) {
      let bytes = renderFile(file, valueOf(values, file.name));
      rendered.push({ path: placeOf(file), mode, bytes });
    }
    return rendered;
  } catch (error) {
    for (let { bytes } of rendered) bytes.wipe();
    throw error;
  }
}
function pathOf(file, folder) {
  return `${folder}/${file.name}`;
}
function placeOf({ name: name2, format }) {
  return format === "docker-config" ? `${name2}/config.json` : name2;
}
function renderFile({ key, format }, value) {
  if (key !== null) return renderFormat(format, fieldsOf(key, value));
  let fields = parseSecretJson(value.expose());
  if (fields === null) throw createError("MAYFLY_CI_ANSWER", { server: "the broker" });
  try {
    return renderFormat(format, fields);
  } finally {
    wipeTree(fields);
  }
}
function fieldsOf(key, bytes) {
  return { kind: "map", entries: [{ kind: "entry", key, value: { kind: "value", type: "str", bytes } }] };
}
function valueOf(values, name2) {
  let value = values.get(name2);
  if (value === void 0) throw createError("MAYFLY_INTERNAL_BUG", { where: "values of a job" });
  return value;
}

// src/roles/ci/output/secret-files.ts
import { createHash } from "node:crypto";
import { rmSync as rmSync2 } from "node:fs";

// src/platform/secret-folder/swap-files.ts
import { randomUUID as randomUUID2 } from "node:crypto";
import {
  chmodSync,
  closeSync as closeSync2,
  constants as constants4,
  fchmodSync as fchmodSync2,
  lstatSync as lstatSync2,
  mkdirSync,
  openSync as openSync2,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync as writeFileSync3
} from "node:fs";
import { dirname as dirname2, join as join4 } from "node:path";

// src/platform/files/safe-path.ts
import { join as join3, relative, sep } from "node:path";
var longestPath = 4096, longestPart = 255;
function joinSafely(root, path) {
  if (Buffer.byteLength(path) > longestPath || !path.split("/").every(isSafePart)) throw unsafe(root, path);
  return join3(root, path);
}
function isSafePart(part2) {
  return part2 === "" || part2 === "." || part2 === ".." ? !1 : Buffer.byteLength(part2) <= longestPart && /^[^\\\p{Cc}]+$/u.test(part2);
}
function unsafe(root, path) {
  return createError("MAYFLY_FILE_UNSAFE_PATH", { path, root });
}

// src/platform/secret-folder/swap-files.ts
var current = "..data", nextLink = "..data_tmp", versionPrefix = "..v-", folderMode = 493, setGroup = 1024, createFlags2 = constants4.O_WRONLY | constants4.O_CREAT | constants4.O_EXCL | constants4.O_NOFOLLOW;
function swapFiles(folder, files, onStep = noSteps) {
  let version = `${versionPrefix}${randomUUID2()}`;
  try {
    writeVersion(folder, join4(folder, version), files), onStep("version-written"), rmSync(join4(folder, nextLink), { force: !0 }), symlinkSync(version, join4(folder, nextLink)), onStep("next-linked"), renameSync(join4(folder, nextLink), join4(folder, current)), onStep("swapped"), linkNames(folder, files), onStep("names-linked");
  } catch (cause) {
    let failure = nameFailure3(cause, folder);
    throw isMayflyError(failure) && readCurrent(folder) !== version && rmSync(join4(folder, version), { recursive: !0, force: !0 }), failure;
  }
}
function removeOldVersions(folder) {
  try {
    let used = readCurrent(folder);
    rmSync(join4(folder, nextLink), { force: !0 });
    for (let name2 of readdirSync(folder)) {
      let path = join4(folder, name2);
      (name2.startsWith(versionPrefix) && name2 !== used || isDangling(path, name2)) && rmSync(path, { recursive: !0, force: !0 });
    }
  } catch (cause) {
    throw nameFailure3(cause, folder);
  }
}
function writeVersion(folder, version, files) {
  let mode2 = folderMode | statSync(folder).mode & setGroup;
  makeFolder(version, mode2);
  let made = /* @__PURE__ */ new Set([version]);
  for (let { path, bytes, mode: fileMode } of files) {
    let target = joinSafely(version, path);
    makeParents(dirname2(target), mode2, made);
    let file = openSync2(target, createFlags2, 384);
    try {
      writeFileSync3(file, bytes.expose()), fchmodSync2(file, fileMode);
    } finally {
      closeSync2(file);
    }
  }
}
function makeParents(folder, mode2, made) {
  made.has(folder) || (makeParents(dirname2(folder), mode2, made), makeFolder(folder, mode2), made.add(folder));
}
function makeFolder(path, mode2) {
  mkdirSync(path, 448), chmodSync(path, mode2);
}
function linkNames(folder, files) {
  for (let name2 of new Set(files.map(({ path }) => path.split("/")[0] ?? path))) {
    let link = join4(folder, name2), target = join4(current, name2);
    readLink(link) !== target && (rmSync(link, { recursive: !0, force: !0 }), symlinkSync(target, link));
  }
}
function readCurrent(folder) {
  return readLink(join4(folder, current));
}
function readLink(path) {
  return lstatSync2(path, { throwIfNoEntry: !1 })?.isSymbolicLink() === !0 ? readlinkSync(path) : null;
}
function isDangling(path, name2) {
  return readLink(path) !== join4(current, name2) ? !1 : statSync(path, { throwIfNoEntry: !1 }) === void 0;
}
function nameFailure3(cause, path) {
  let reason = readErrno(cause);
  return isMayflyError(cause) || reason === "unknown" ? cause : createError("MAYFLY_FILE_WRITE_FAILED", { path, reason }, { cause });
}

// src/roles/ci/output/secret-files.ts
function createSecretFiles(folder) {
  let written = "";
  return {
    folder,
    write(files) {
      try {
        let next = digestFiles(files);
        next !== written && swapFiles(folder, files), written = next;
      } finally {
        for (let { bytes } of files) bytes.wipe();
      }
    },
    tidy: () => removeOldVersions(folder),
    remove: () => rmSync2(folder, { recursive: !0, force: !0 })
  };
}
function digestFiles(files) {
  let hash = createHash("sha256");
  for (let { path, bytes } of files)
    hash.update(`${path}\0${bytes.size}\0`).update(bytes.expose());
  return hash.digest("hex");
}

// src/platform/time/wait.ts
async function wait(clock, delayMs, signal) {
  signal.throwIfAborted(), await new Promise((resolve2) => {
    let cancel = clock.after(delayMs, end);
    function end() {
      cancel(), signal.removeEventListener("abort", end), resolve2();
    }
    signal.addEventListener("abort", end);
  }), signal.throwIfAborted();
}

// src/roles/ci/masks/mask-forms.ts
var shortestMask = 4, lineFeed = 10, carriageReturn = 13, wraps = [76, 64];
function listMaskForms(value) {
  let whole2 = trimEnd(value), lines = splitLines(whole2);
  return [...(lines.length > 1 ? [...lines, whole2] : lines).filter(({ length }) => length >= shortestMask).flatMap(listForms), ...listWrapped(whole2)];
}
function hasMaskForms(value) {
  return trimEnd(value).length >= shortestMask;
}
function listForms(part2) {
  let texts = isUtf8(part2) ? [escapeJson(part2), ...encodeUrl(part2)] : [], plain = part2.includes(lineFeed) ? [] : [Uint8Array.from(part2)], changed = texts.filter((text) => !isSame(text, part2)), encoded = [encodeBase64(part2, "standard"), ...listBase64(part2)];
  return distinct([...plain, ...changed, ...encoded]).filter(
    ({ length }) => length >= shortestMask
  );
}
function distinct(forms) {
  return forms.filter((form, at) => !forms.slice(0, at).some((other) => isSame(form, other)));
}
function splitLines(bytes) {
  let lines = [], from = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, from))
    lines.push(trimEnd(bytes.subarray(from, at))), from = at + 1;
  return [...lines, bytes.subarray(from)];
}
function trimEnd(bytes) {
  let end = bytes.length;
  for (; end > 0 && (bytes[end - 1] === lineFeed || bytes[end - 1] === carriageReturn); ) end -= 1;
  return bytes.subarray(0, end);
}
function escapeJson(part2) {
  return build(part2.length * 6 + 2, (out) => quoteText(out, part2, () => !1)).subarray(1, -1);
}
function encodeUrl(part2) {
  return [{ kept: "-_.~!*'()" }, { kept: "-_.~" }, { kept: "-_.*", space: "+" }].map(
    ({ kept, space }) => build(part2.length * 3, (out) => {
      for (let byte of part2) addUrlByte(out, byte, { kept, space });
    })
  );
}
function addUrlByte(out, byte, { kept, space }) {
  let character = String.fromCharCode(byte);
  /^[A-Za-z0-9]$/u.test(character) || kept.includes(character) ? out.addText(character) : byte === 32 && space !== void 0 ? out.addText(space) : out.addText(`%${byte.toString(16).toUpperCase().padStart(2, "0")}`);
}
function listBase64(part2) {
  return [0, 1, 2].flatMap((shift) => {
    let shifted = new Uint8Array(shift + part2.length);
    shifted.set(part2, shift);
    let letters2 = Math.floor(shifted.length * 8 / 6), forms = ["standard", "url"].map(
      (alphabet2) => encodeBase64(shifted, alphabet2).slice(Math.ceil(shift * 8 / 6), letters2)
    );
    shifted.fill(0);
    let [standard, url] = forms;
    return standard !== void 0 && url !== void 0 && isSame(standard, url) ? [standard] : forms;
  });
}
function listWrapped(whole2) {
  let encoded = encodeBase64(whole2, "standard"), lines = wraps.flatMap((width) => {
    if (encoded.length <= width) return [];
    let count = Math.ceil(encoded.length / width);
    return Array.from(
      { length: count },
      (_, line) => encoded.slice(line * width, (line + 1) * width)
    );
  });
  return encoded.fill(0), lines.filter(({ length }) => length >= shortestMask);
}
function build(limit, write) {
  let out = createByteBuilder(limit, refuseSize);
  return write(out), out.finish();
}
function isSame(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

// src/roles/ci/masks/mask-values.ts
var commands = {
  github: { start: "::add-mask::", percent: "%25" },
  azure: { start: "##vso[task.setsecret]", percent: "%AZP25" }
};
function maskValues(world2, { values, wanted }, { masking, allowShort }) {
  if (masking === "none") return [];
  let short2 = [...values].filter(([, value]) => isShort(value));
  for (let [name2] of short2) {
    if (!allowShort) throw createError("MAYFLY_CI_MASK_SHORT", { name: name2, characters: shortestMask });
    tell(world2, `the value of ${name2} is too short to be masked: the log may show it`);
  }
  let forms = [...values].flatMap(
    ([name2, value]) => wanted.wholes.has(name2) ? listWhole(value) : listMaskForms(value.expose())
  );
  if (masking === "filter") return forms;
  for (let form of forms)
    writeCommand(world2, commands[masking], form), form.fill(0);
  return [];
}
function listWhole(value) {
  let fields = parseSecretJson(value.expose());
  if (fields === null) return listMaskForms(value.expose());
  try {
    return [...listMaskForms(value.expose()), ...listFields(fields)];
  } finally {
    wipeTree(fields);
  }
}
function listFields(node) {
  switch (node.kind) {
    case "map":
      return node.entries.flatMap(
        (entry) => entry.kind === "entry" ? listFields(entry.value) : []
      );
    case "list":
      return node.items.flatMap((item) => item.kind === "comment" ? [] : listFields(item));
    case "value":
      return node.type === "bool" ? [] : listMaskForms(node.bytes.expose());
    case "null":
      return [];
  }
}
function isShort(value) {
  return value.size > 0 && !hasMaskForms(value.expose());
}
function writeCommand(world2, { start, percent }, form) {
  if (!isUtf8(form)) return;
  let escapes2 = /* @__PURE__ */ new Map([
    [37, percent],
    [13, "%0D"],
    [10, "%0A"]
  ]), out = createByteBuilder(form.length * percent.length + start.length + 1, refuseSize);
  out.addText(start);
  for (let byte of form) {
    let escape = escapes2.get(byte);
    escape === void 0 ? out.addBytes(Uint8Array.of(byte)) : out.addText(escape);
  }
  out.addText(`
`), world2.write(out.finish());
}

// src/roles/ci/output/choose-folder.ts
import { lstatSync as lstatSync3, mkdirSync as mkdirSync2, mkdtempSync, realpathSync, statSync as statSync2 } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname as dirname3, join as join5, resolve, sep as sep2 } from "node:path";

// src/platform/files/memory-backed.ts
import { statfsSync } from "node:fs";
var memoryTypes = /* @__PURE__ */ new Set([16914836, 2240043254]);
async function isMemoryBacked(path) {
  try {
    let { type } = statfsSync(path);
    return memoryTypes.has(type);
  } catch (error) {
    let reason = readErrno(error);
    throw createError("MAYFLY_FILE_UNREADABLE", { path, reason }, { cause: error });
  }
}

// src/roles/ci/output/choose-folder.ts
var workspaces = [
  "GITHUB_WORKSPACE",
  "CI_PROJECT_DIR",
  "CIRCLE_WORKING_DIRECTORY",
  "BUILDKITE_BUILD_CHECKOUT_PATH",
  "BITBUCKET_CLONE_DIR",
  "BUILD_SOURCESDIRECTORY",
  "WORKSPACE"
];
async function makeFolder2(world2, choice) {
  if (choice.folder === null) return await makeFresh(world2, choice.allowDisk);
  let path = resolve(choice.folder), parent = findReal(dirname3(path));
  await refusePlace(world2, parent, choice.allowDisk);
  try {
    mkdirSync2(join5(parent, basename(path)), { mode: 448 });
  } catch (error) {
    throw refuse(path, problemOf(error), error);
  }
  return join5(parent, basename(path));
}
function problemOf(error) {
  let errno = readErrno(error);
  return errno === "EEXIST" ? "is there already" : `cannot be made (${errno})`;
}
async function makeFresh(world2, allowDisk) {
  let runtime = readVariable(world2, "XDG_RUNTIME_DIR"), places = [...runtime === null ? [] : [runtime], "/dev/shm", tmpdir()];
  for (let place of places) {
    if (!isFolder(place) || findCheckout(world2, realpathSync(place)) !== null || !allowDisk && !await isMemoryBacked(place)) continue;
    let made = tryMake(place);
    if (made !== null)
      return made;
  }
  throw createError("MAYFLY_CI_FOLDER_DISK", { path: tmpdir() });
}
function tryMake(place) {
  try {
    return mkdtempSync(join5(realpathSync(place), "mayfly-"));
  } catch {
    return null;
  }
}
function isFolder(path) {
  return statSync2(path, { throwIfNoEntry: !1 })?.isDirectory() === !0;
}
async function refusePlace(world2, parent, allowDisk) {
  let checkout = findCheckout(world2, parent);
  if (checkout !== null) throw refuse(parent, `lies in the checkout (${checkout})`);
  if (!allowDisk && !await isMemoryBacked(parent))
    throw createError("MAYFLY_CI_FOLDER_DISK", { path: parent });
}
function findCheckout(world2, folder) {
  return workspaces.find((name2) => {
    let workspace = readVariable(world2, name2);
    return workspace !== null && isWithin(folder, findReal(expandHome(world2, workspace)));
  }) ?? null;
}
function expandHome(world2, path) {
  return path.replace(/^~(?=\/|$)/u, () => readVariable(world2, "HOME") ?? "~");
}
function isWithin(path, folder) {
  return path === folder || path.startsWith(folder.endsWith(sep2) ? folder : `${folder}${sep2}`);
}
function findReal(path) {
  return lstatSync3(path, { throwIfNoEntry: !1 }) === void 0 ? resolve(path) : realpathSync(path);
}
function refuse(path, problem, cause) {
  return createError("MAYFLY_CI_FOLDER", { path, problem }, { cause });
}

// src/roles/ci/run-exchange.ts
async function runExchange(world2, session, { job, masks, folder, use, signal }) {
  let exchanged = await session.exchange(job, signal), files = null;
  function abandon() {
    files?.remove();
  }
  process.once("exit", abandon);
  try {
    let masked = { values: exchanged.values, wanted: job.wanted };
    for (let form of maskValues(world2, masked, masks)) form.fill(0);
    job.wanted.files.length > 0 && (files = createSecretFiles(await makeFolder2(world2, folder)), await writeLease(files.folder, exchanged.leaseId), files.write(renderFiles(job.wanted.files, exchanged.values))), signal.throwIfAborted(), await use(exchanged, files?.folder ?? null), signal.throwIfAborted();
  } catch (error) {
    throw files?.remove(), await session.end(), error;
  } finally {
    process.off("exit", abandon);
    for (let value of exchanged.values.values()) value.wipe();
  }
}

// src/core/secret/pick-text.ts
function pickEntry(map, key) {
  for (let entry of map.entries)
    if (entry.kind === "entry" && entry.key === key) return entry.value;
  return null;
}
function pickText(map, key) {
  let node = pickEntry(map, key);
  return node?.kind === "value" && node.type === "str" ? node.bytes : null;
}

// src/core/sync/content/base64.ts
var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", sextets = new Map(
  alphabet.split("").map((char, index) => [char.charCodeAt(0), index])
), padding2 = 61, lineBreaks = /* @__PURE__ */ new Set([10, 13]);
function decodeBase64(text) {
  let chars = text.filter((char) => !lineBreaks.has(char)), padded = countPadding(chars), decoded = chars.length % 4 === 0 ? decodeChars(chars.subarray(0, chars.length - padded)) : null;
  return chars.fill(0), decoded;
}
function countPadding(chars) {
  return chars.at(-1) !== padding2 ? 0 : chars.at(-2) === padding2 ? 2 : 1;
}
function decodeChars(chars) {
  let bytes = new Uint8Array(Math.floor(chars.length * 6 / 8)), buffered = 0, bits = 0, at = 0;
  for (let char of chars) {
    let sextet = sextets.get(char);
    if (sextet === void 0) return dropped(bytes);
    buffered = (buffered << 6 | sextet) & 65535, bits += 6, bits >= 8 && (bits -= 8, bytes[at] = buffered >> bits & 255, at += 1);
  }
  return bytes;
}
function dropped(bytes) {
  return bytes.fill(0), null;
}

// src/core/broker/client/parse-exchanged.ts
var longestId = 200, plainId = /^[\x21-\x7e]{1,200}$/u;
function parseExchanged(bytes, names) {
  let answer = parseSecretJson(bytes);
  if (answer === null) return null;
  try {
    return readAnswer(answer, names);
  } finally {
    wipeTree(answer);
  }
}
function parseAuditId(bytes) {
  let answer = parseSecretJson(bytes);
  if (answer === null) return null;
  try {
    return readId(answer, "auditId");
  } finally {
    wipeTree(answer);
  }
}
function readAnswer(answer, names) {
  let leaseId = readId(answer, "leaseId"), auditId = readId(answer, "auditId"), expiresAt = Date.parse(readId(answer, "expiresAt") ?? "");
  if (leaseId === null || auditId === null || Number.isNaN(expiresAt)) return null;
  let values = readValues(answer, names);
  return values === null ? null : { leaseId, expiresAt, auditId, values };
}
function readValues(answer, names) {
  let held = pickEntry(answer, "values"), encoded = readNames(pickEntry(answer, "base64")), values = /* @__PURE__ */ new Map();
  for (let name2 of names) {
    let text = held?.kind === "map" ? pickText(held, name2) : null, bytes = text === null ? null : decode(text.expose(), encoded.has(name2));
    if (bytes !== null) values.set(name2, SecretBytes.take(bytes));
    else return dropped2(values);
  }
  return values;
}
function decode(text, isBase64) {
  return isBase64 ? decodeBase64(text) : Uint8Array.from(text);
}
function dropped2(values) {
  for (let secret of values.values()) secret.wipe();
  return null;
}
function readNames(node) {
  let names = /* @__PURE__ */ new Set();
  for (let item of node?.kind === "list" ? node.items : [])
    item.kind === "value" && names.add(new TextDecoder().decode(item.bytes.expose()));
  return names;
}
function readId(map, key) {
  let secret = pickText(map, key);
  if (secret === null || secret.size > longestId) return null;
  let text = new TextDecoder().decode(secret.expose());
  return plainId.test(text) ? text : null;
}

// src/core/api/duration.ts
var unitMs = /* @__PURE__ */ new Map([
  ["ms", 1],
  ["s", 1e3],
  ["m", 6e4],
  ["h", 36e5],
  ["d", 864e5]
]), part = /(\d{1,9})(ms|s|m|h|d)/gu, whole = /^(?:\d{1,9}(?:ms|s|m|h|d)){1,4}$/u;
function parseDuration(text) {
  if (!whole.test(text)) return null;
  let total = 0;
  for (let [, count, unit] of text.matchAll(part))
    total += Number(count) * (unitMs.get(unit ?? "") ?? 0);
  return total;
}
function formatDuration(durationMs) {
  let parts = [], rest = durationMs;
  for (let unit of ["h", "m", "s", "ms"]) {
    let oneMs = unitMs.get(unit) ?? 1, count = Math.floor(rest / oneMs);
    count > 0 && parts.push(`${count}${unit}`), rest -= count * oneMs;
  }
  return parts.length === 0 ? "0s" : parts.join("");
}

// src/core/broker/client/render-exchange.ts
var maxRequestBytes = 262144;
function renderExchange({ token, policy, secrets, ttlMs }) {
  let references = [...secrets].map(([name2, reference]) => [name2, textOf2(reference)]), entries = [
    ["token", { kind: "text", bytes: token.expose() }],
    ["policy", textOf2(policy)],
    ["secrets", { kind: "map", entries: new Map(references) }]
  ];
  ttlMs !== null && entries.push(["ttl", textOf2(formatDuration(ttlMs))]);
  let out = createByteBuilder(maxRequestBytes, refuseSize);
  try {
    let style = { escapes: () => !1, isSorted: !1, indent: "" };
    return writeJson(out, { kind: "map", entries: new Map(entries) }, style), SecretBytes.take(out.finish());
  } finally {
    out.wipe();
  }
}
function textOf2(text) {
  return { kind: "text", bytes: encodeText(text) };
}

// src/platform/https/send-https.ts
import { lookup } from "node:dns/promises";
import { Agent, request } from "node:https";
import { isIP } from "node:net";
import { checkServerIdentity, createSecureContext } from "node:tls";

// src/platform/streams/read-stream-bounded.ts
import { addAbortSignal } from "node:stream";
async function readStreamBounded(stream, bounds) {
  bounds.signal?.throwIfAborted(), bounds.signal !== void 0 && addAbortSignal(bounds.signal, stream);
  let chunks = [];
  try {
    return await collect(stream, bounds, chunks), Buffer.concat(chunks);
  } catch (error) {
    throw bounds.signal?.throwIfAborted(), isMayflyError(error) ? error : createError("MAYFLY_STREAM_BROKEN", { what: bounds.what }, { cause: error });
  } finally {
    for (let chunk of chunks) chunk.fill(0);
    stream.destroy();
  }
}
async function collect(stream, bounds, chunks) {
  let { what, limit } = bounds, total = 0;
  for await (let chunk of stream) {
    let bytes = toBuffer(chunk);
    if (chunks.push(bytes), total += bytes.length, total > limit) throw createError("MAYFLY_STREAM_TOO_LARGE", { what, limit });
  }
}
function toBuffer(chunk) {
  if (typeof chunk == "string") return Buffer.from(chunk, "utf8");
  if (Buffer.isBuffer(chunk)) return chunk;
  if (ArrayBuffer.isView(chunk))
    return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw createError("MAYFLY_INTERNAL_BUG", { where: "a stream that is not of bytes" });
}

// src/platform/time/with-deadline.ts
async function withDeadline(deadline, work) {
  let { clock, ms, signal } = deadline;
  signal.throwIfAborted();
  let own = new AbortController();
  function follow() {
    own.abort(signal.reason);
  }
  function end() {
    own.abort(deadline.reason());
  }
  function again() {
    cancel(), cancel = clock.after(ms, end);
  }
  let cancel = clock.after(ms, end);
  signal.addEventListener("abort", follow);
  try {
    return await work(own.signal, again);
  } finally {
    cancel(), signal.removeEventListener("abort", follow);
  }
}

// src/platform/https/failure-of-connection.ts
function failureOfConnection(endpoint, error) {
  if (isMayflyError(error)) return failureOfAnswer(endpoint, error);
  let errno = readErrno(error);
  if (!errnoShape.test(errno)) throw error;
  if (errno === "ERR_TLS_CERT_ALTNAME_INVALID") {
    let name2 = endpoint.serverName ?? new URL(endpoint.address).hostname;
    return endpoint.failureOf({ kind: "misnamed", name: name2 }, error);
  }
  return distrust.test(errno) ? endpoint.failureOf({ kind: "untrusted" }, error) : endpoint.failureOf({ kind: "unavailable", reason: errno }, error);
}
var distrust = /^(?:CERT_.*|UNABLE_TO_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/u, errnoShape = /^(?:E[A-Z0-9]{1,20}|(?:ERR_TLS|ERR_SSL|ERR_STREAM|HPE|CERT|UNABLE|DEPTH|SELF|INVALID|PATH)_[A-Z0-9_]{1,60})$/u;
function failureOfAnswer({ failureOf: failureOf2 }, error) {
  switch (error.code) {
    case "MAYFLY_STREAM_TOO_LARGE":
      return failureOf2({ kind: "too-large", limit: Number(error.params.limit) });
    case "MAYFLY_STREAM_BROKEN":
      return failureOf2({ kind: "unavailable", reason: "the answer was cut" });
    default:
      return error;
  }
}

// src/platform/https/send-https.ts
var defaultTimeoutMs = 1e4, defaultAnswerBytes = 4 * 1024 * 1024, idleMs = 15e3;
function createHttpsSender(endpoint, clock) {
  let { ca, timeoutMs: ms = defaultTimeoutMs } = endpoint;
  if (ca !== null && !ca.includes("-----BEGIN CERTIFICATE-----"))
    throw endpoint.failureOf({ kind: "no-ca" });
  let host = hostOf(endpoint), options = null;
  function reason() {
    return endpoint.failureOf({ kind: "unavailable", reason: "no answer in time" });
  }
  return async (sent, signal) => await withDeadline({ clock, ms, signal, reason }, async (own) => {
    try {
      isIP(host) > 0 && endpoint.checkAddress(host), options ??= renderOptions(endpoint);
      let response = await send({ ...options, ...render(sent) }, sent.body, own);
      return await readAnswer2(response, { endpoint, signal: own });
    } catch (error) {
      throw own.throwIfAborted(), failureOfConnection(endpoint, error);
    }
  });
}
function render({ method, path, headers, body }) {
  let length = body === null ? {} : { "content-length": String(body.length) };
  return { method, path, headers: { ...headers, ...length } };
}
function hostOf({ address }) {
  return new URL(address).hostname.replaceAll(/[[\]]/gu, "");
}
function renderOptions(endpoint) {
  let { address, serverName } = endpoint, { port } = new URL(address), host = hostOf(endpoint), name2 = serverName ?? host;
  return {
    protocol: "https:",
    hostname: host,
    port: port === "" ? 443 : Number(port),
    agent: createAgent(endpoint, name2),
    rejectUnauthorized: !0,
    lookup: createLookup(endpoint),
    // An IP address is no server name (RFC 6066); the certificate has to bear it all the same.
    servername: isIP(name2) === 0 ? name2 : ""
  };
}
function createAgent({ ca }, name2) {
  let trust = ca === null ? {} : { ca };
  return new Agent({
    keepAlive: !0,
    maxSockets: 8,
    timeout: idleMs,
    secureContext: createSecureContext({ minVersion: "TLSv1.2", ...trust }),
    checkServerIdentity: (_, certificate) => checkServerIdentity(name2, certificate)
  });
}
function createLookup(endpoint) {
  return (host, _, callback) => {
    findAddresses(endpoint, host).then(
      (found) => process.nextTick(callback, null, found),
      (error) => process.nextTick(callback, error, [])
    );
  };
}
async function findAddresses(endpoint, host) {
  let found = await resolveHost(endpoint, host);
  for (let { address } of found) endpoint.checkAddress(address);
  return [...found];
}
async function resolveHost({ resolve: ask = resolveBySystem, failureOf: failureOf2 }, host) {
  try {
    let found = await ask(host);
    if (found.length > 0) return found;
  } catch (cause) {
    throw failureOf2({ kind: "unresolved", host }, cause);
  }
  throw failureOf2({ kind: "unresolved", host });
}
async function resolveBySystem(host) {
  return await lookup(host, { all: !0 });
}
async function send(options, body, signal) {
  return await new Promise((resolve2, reject) => {
    let sending = request({ ...options, signal }, resolve2);
    sending.on("error", reject), sending.end(body ?? void 0);
  });
}
async function readAnswer2(response, { endpoint, signal }) {
  let { answerBytes: limit = defaultAnswerBytes } = endpoint, { statusCode: status = 0, headers } = response;
  if (status >= 300 && status < 400)
    throw response.destroy(), endpoint.failureOf({ kind: "redirected" });
  let body = await readStreamBounded(response, { what: "the answer", limit, signal });
  return { status, retryAfter: headers["retry-after"], date: headers.date, body };
}

// src/roles/ci/servers/create-sender.ts
var timeoutMs = 3e4;
function createSender({ name: name2, address, ca }, clock) {
  return createHttpsSender(
    {
      address,
      ca,
      serverName: null,
      timeoutMs,
      checkAddress: () => {
      },
      failureOf: (failure, cause) => failureOf(name2, failure, cause)
    },
    clock
  );
}
function failureOf(server2, failure, cause) {
  let options = { cause };
  switch (failure.kind) {
    case "unavailable":
      return createError("MAYFLY_CI_UNAVAILABLE", { server: server2, reason: failure.reason }, options);
    case "unresolved":
      return createError("MAYFLY_CI_UNRESOLVED", { server: server2, host: failure.host }, options);
    case "untrusted":
      return createError("MAYFLY_CI_CERTIFICATE", { server: server2 }, options);
    case "misnamed":
      return createError("MAYFLY_CI_CERTIFICATE_NAME", { server: server2, name: failure.name }, options);
    case "no-ca":
      return createError("MAYFLY_CI_CA_INVALID", { server: server2 });
    case "redirected":
      return createError("MAYFLY_CI_REDIRECT", { server: server2 });
    case "too-large":
      return createError("MAYFLY_CI_TOO_LARGE", { server: server2, limit: failure.limit });
  }
}

// src/platform/time/parse-retry-after.ts
function parseRetryAfter(text, now) {
  if (text === void 0) return;
  let ms = /^\d{1,6}$/u.test(text) ? Number(text) * 1e3 : Date.parse(text) - now;
  return Number.isNaN(ms) ? void 0 : Math.min(Math.max(0, ms), 6e4);
}

// src/roles/ci/servers/failure-of-busy.ts
function failureOfBusy(server2, { status, retryAfter, body }, clock) {
  let retryAfterMs = parseRetryAfter(retryAfter, clock.now()), options = { status, ...retryAfterMs === void 0 ? {} : { retryAfterMs } };
  if (status === 429) return createError("MAYFLY_CI_THROTTLED", { server: server2 }, options);
  if (status < 500) return null;
  let reason = [`status ${status}`, parseErrorCode(body)].filter((word) => word !== null).join(" ");
  return createError("MAYFLY_CI_UNAVAILABLE", { server: server2, reason }, options);
}
var code = /"(MAYFLY_[A-Z0-9_]{1,60})"/gu;
function parseErrorCode(body) {
  return [...body.toString("latin1").matchAll(code)][0]?.[1] ?? null;
}

// src/roles/ci/servers/create-broker-client.ts
var server = "the broker";
function createBrokerClient({ address, ca }, clock) {
  let send2 = createSender({ name: server, address, ca }, clock);
  async function ask(request2, signal) {
    let answer = await send2(request2, signal);
    if (answer.status < 300) return answer;
    let failure = failureOfBusy(server, answer, clock) ?? failureOfAnswer2(answer);
    throw answer.body.fill(0), failure;
  }
  return {
    async exchange(asked, signal) {
      let body = renderExchange(asked), headers = { "content-type": "application/json", accept: "application/json" };
      try {
        let request2 = { path: "/v1/exchange", headers, body: body.expose() }, answer = await ask({ method: "POST", ...request2 }, signal), exchanged = parseExchanged(answer.body, asked.secrets.keys());
        if (answer.body.fill(0), exchanged === null) throw createError("MAYFLY_CI_ANSWER", { server });
        return { ...exchanged, expiresAt: exchanged.expiresAt + findSkewMs(answer, clock) };
      } finally {
        body.wipe();
      }
    },
    async revoke(token, leaseId, signal) {
      let authorization = `Bearer ${new TextDecoder().decode(token.expose())}`, path = `/v1/lease/${encodeURIComponent(leaseId)}`;
      try {
        await ask({ method: "DELETE", path, headers: { authorization }, body: null }, signal);
      } catch (error) {
        if (!isMayflyError(error) || error.status !== 404) throw error;
      }
    }
  };
}
var sameTimeMs = 1e4;
function findSkewMs({ date }, clock) {
  let skew = clock.now() - Date.parse(date ?? "");
  return Math.abs(skew) > sameTimeMs ? skew : 0;
}
function failureOfSilence() {
  return createError("MAYFLY_CI_UNAVAILABLE", { server, reason: "no answer in time" });
}
function failureOfAnswer2({ status, body }) {
  let options = { status }, auditId = parseAuditId(body) ?? "an unknown id", reason = parseErrorCode(body);
  return status === 401 ? createError("MAYFLY_CI_TOKEN_REFUSED", { server, auditId }, options) : status === 403 ? createError("MAYFLY_CI_DENIED", { auditId }, options) : status === 404 && reason !== null ? createError("MAYFLY_CI_VALUE_MISSING", { auditId, reason }, options) : createError("MAYFLY_CI_REFUSED", { server, status, reason: reason ?? "without a code" }, options);
}

// src/platform/reconcile/backoff.ts
var mostDoublings = 30, askedJitter = 0.1;
function decideBackoffMs(options, failure, random) {
  let doublings = Math.min(Math.max(0, failure.count - 1), mostDoublings), spread = Math.min(options.longestMs, options.firstMs * 2 ** doublings) * (0.5 + 0.5 * random.fraction());
  if (failure.askedMs === void 0) return Math.round(spread);
  let asked = Math.min(Math.max(0, failure.askedMs), options.longestAskedMs);
  return Math.round(Math.max(spread, asked * (1 + askedJitter * random.fraction())));
}

// src/roles/ci/servers/try-again.ts
var patienceMs = 12e4, backoff = { firstMs: 500, longestMs: 1e4, longestAskedMs: 6e4 };
function renderPause({ message }, count, delayMs) {
  let patience = count === 1 ? `, for ${patienceMs / 6e4} minutes at most` : "";
  return `${message}; trying again in ${Math.ceil(delayMs / 1e3)} s${patience}`;
}
async function tryAgain(world2, signal, attempt) {
  let { clock, random } = world2, last = null;
  function reason() {
    return last ?? createError("MAYFLY_CI_UNAVAILABLE", { server: "nobody", reason: "too slow" });
  }
  return await withDeadline({ clock, ms: patienceMs, signal, reason }, async (ending) => {
    for (let count = 1; ; count += 1)
      try {
        return await attempt(ending);
      } catch (error) {
        if (ending.throwIfAborted(), !isMayflyError(error) || error.retry === "never") throw error;
        last = error;
        let failure = { count, askedMs: error.retryAfterMs }, delayMs = decideBackoffMs(backoff, failure, random);
        tell(world2, renderPause(error, count, delayMs)), await wait(clock, delayMs, ending);
      }
  });
}

// src/roles/ci/servers/open-session.ts
var tokenMs = 45e3, endMs = 5e3;
function openSession(world2, broker, source) {
  let { clock } = world2, client = createBrokerClient(broker, clock), leases = /* @__PURE__ */ new Map();
  return {
    async exchange({ policy, wanted, ttlMs }, outer) {
      let keeper = keepToken(world2, source);
      try {
        let exchanged = await tryAgain(world2, outer, async (signal) => {
          let token = await keeper.token(signal);
          return await client.exchange({ token, policy, secrets: wanted.secrets, ttlMs }, signal);
        });
        return leases.set(exchanged.leaseId, exchanged.expiresAt), exchanged;
      } finally {
        keeper.wipe();
      }
    },
    async end() {
      let open2 = [...leases].filter(([, expiresAt]) => expiresAt > clock.now());
      leases.clear(), await giveBack(
        world2,
        { client, source },
        open2.map(([id]) => id)
      );
    }
  };
}
async function giveBack(world2, giving, leases) {
  return (await Promise.all(leases.map(async (lease) => await giveOne(world2, giving, lease)))).every(Boolean);
}
async function giveOne(world2, { client, source }, lease) {
  let { signal } = new AbortController(), deadline = { clock: world2.clock, ms: endMs, signal, reason: failureOfSilence };
  try {
    return await withDeadline(deadline, async (ending) => {
      let token = await source.fetch(ending);
      try {
        await client.revoke(token, lease, ending);
      } finally {
        token.wipe();
      }
    }), !0;
  } catch (error) {
    if (!isMayflyError(error)) throw error;
    return tell(world2, `a lease was not given back and ends by itself: ${error.message} [${error.code}]`), !1;
  }
}
function keepToken({ clock }, source) {
  let held = null;
  function wipe() {
    held?.token.wipe(), held = null;
  }
  return {
    wipe,
    async token(signal) {
      return (held === null || clock.now() - held.since > tokenMs) && (wipe(), held = { token: await source.fetch(signal), since: clock.now() }), held.token;
    }
  };
}

// src/roles/ci/servers/split-url.ts
function splitUrl(server2, text) {
  let url = URL.parse(text), isPlain = url?.protocol === "https:" && url.username === "" && url.password === "";
  if (url === null || !isPlain) throw createError("MAYFLY_CI_ADDRESS", { server: server2 });
  return { address: url.origin, path: `${url.pathname}${url.search}` };
}
function parseAddress(server2, text) {
  let { address, path } = splitUrl(server2, text);
  if (path !== "/" || text.replace(/\/$/u, "") !== address)
    throw createError("MAYFLY_CI_ADDRESS", { server: server2 });
  return address;
}

// src/core/secret/copy-line.ts
var lineFeed2 = 10, carriageReturn2 = 13;
function copyLine(secret) {
  let bytes = secret.expose(), end = bytes.length;
  return bytes[end - 1] === lineFeed2 && (end -= 1), bytes[end - 1] === carriageReturn2 && (end -= 1), SecretBytes.copyOf(bytes.subarray(0, end));
}

// src/roles/ci/token/token-source.ts
var dot = 46;
function takeToken(source, bytes) {
  let token = copyLine(bytes);
  if (bytes.wipe(), isToken(token)) return token;
  throw token.wipe(), createError("MAYFLY_CI_TOKEN_SHAPE", { source });
}
function isToken(token) {
  if (token.size > 16384) return !1;
  let bytes = token.expose();
  return bytes.reduce((count, byte) => count + (byte === dot ? 1 : 0), 0) === 2 && bytes.every((byte) => byte === dot || isBase64Url(byte));
}
function isBase64Url(byte) {
  let isDigit = byte >= 48 && byte <= 57, letter = byte | 32;
  return isDigit || letter >= 97 && letter <= 122 || byte === 45 || byte === 95;
}

// src/roles/ci/token/ask-endpoint.ts
function createEndpointSource(world2, endpoint) {
  let { server: server2, method, bearer } = endpoint;
  return {
    name: server2,
    async fetch(outer) {
      let credential = readVariable(world2, bearer);
      if (credential === null) throw noToken(`the variable ${bearer} is empty`);
      let { address, path } = splitUrl(server2, endpoint.url), send2 = createSender({ name: server2, address, ca: null }, world2.clock), headers = {
        authorization: `Bearer ${credential}`,
        accept: "application/json",
        ...method === "POST" ? { "content-type": "application/json" } : {}
      }, body = method === "POST" ? new Uint8Array(0) : null;
      return await tryAgain(world2, outer, async (signal) => {
        let answer = await send2({ method, path, headers, body }, signal);
        return readToken(world2, endpoint, answer);
      });
    }
  };
}
function readToken(world2, endpoint, answer) {
  let { server: server2, field } = endpoint, { body, status } = answer, busy = failureOfBusy(server2, answer, world2.clock), parsed = busy === null && status < 300 ? parseSecretJson(body) : null;
  if (body.fill(0), busy !== null) throw busy;
  if (status >= 300) throw noToken(`${server2} answered with status ${status}`);
  try {
    let token = parsed === null ? null : pickText(parsed, field);
    if (token === null) throw createError("MAYFLY_CI_ANSWER", { server: server2 });
    return takeToken(server2, token.copy());
  } finally {
    parsed !== null && wipeTree(parsed);
  }
}
function noToken(problem) {
  return createError("MAYFLY_CI_TOKEN_NONE", { problem });
}

// src/platform/programs/start-program.ts
import { spawn } from "node:child_process";
var keptStderr = 64 * 1024;
function startProgram(command, signal) {
  signal.throwIfAborted();
  let child = spawn(command.program, [...command.args], {
    env: { ...command.env },
    stdio: ["pipe", "pipe", "pipe", ...command.descriptors ?? []],
    detached: !0
  }), { stdin, stdout, stderr: stderr2 } = child;
  if (stdin === null || stdout === null || stderr2 === null)
    throw createError("MAYFLY_INTERNAL_BUG", { where: "the pipes of a program" });
  let { ended, stop: stop2 } = watchEnd(command, child, signal);
  stdin.on("error", () => {
  }), stdin.end(command.input);
  let kept = "";
  stderr2.setEncoding("utf8"), stderr2.on("data", (text) => {
    kept = (kept + text).slice(-keptStderr);
    let error = command.onProgress?.(text) ?? null;
    error !== null && stop2(error);
  });
  let exit = ended.then((code2) => ({ code: code2, stderr: kept }));
  return exit.catch(() => {
  }), { stdout, child, exit, stop: stop2 };
}
function watchEnd(command, child, signal) {
  let reason = null;
  function stop2(error) {
    reason ??= { error }, killGroup(child), child.stdout?.destroy();
  }
  function onAbort() {
    stop2(signal.reason);
  }
  return signal.addEventListener("abort", onAbort, { once: !0 }), { ended: new Promise((resolve2, reject) => {
    child.once("error", (error) => {
      reject(error.code === "ENOENT" ? command.notFound() : error);
    }), child.once("close", (code2) => {
      reason === null ? resolve2(code2 ?? 128) : reject(reason.error);
    });
  }).finally(() => {
    signal.removeEventListener("abort", onAbort);
  }), stop: stop2 };
}
function killGroup(child) {
  if (child.pid !== void 0)
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
    }
}
function collectOutput(running, bounds) {
  let chunks = [], size = 0, take = bounds.onOutput ?? ((chunk) => {
    chunks.push(Buffer.from(chunk));
  });
  return running.stdout.on("data", (chunk) => {
    size += chunk.length;
    try {
      if (size > bounds.maxOutput) throw bounds.tooLarge();
      take(chunk);
    } catch (error) {
      running.stop(error);
    }
  }), () => Buffer.concat(chunks);
}

// src/roles/ci/token/ask-program.ts
var timeoutMs2 = 3e4, maxOutput = 65536;
function createProgramSource(world2, { program, args }) {
  function failure(problem) {
    return createError("MAYFLY_CI_TOKEN_NONE", { problem: `${program} ${problem}` });
  }
  let deadline = {
    clock: world2.clock,
    ms: timeoutMs2,
    reason: () => failure("gave none in time")
  };
  return {
    name: program,
    async fetch(outer) {
      return await withDeadline({ ...deadline, signal: outer }, async (signal) => {
        let env = readEnvironment(world2), running = startProgram(
          { program, args, env, input: "", notFound: () => failure("is not there") },
          signal
        ), collected = collectOutput(running, { maxOutput, tooLarge: () => failure("printed no token") }), { code: code2 } = await running.exit, output = SecretBytes.take(collected());
        if (code2 === 0) return takeToken(program, output);
        throw output.wipe(), failure(`ended with code ${code2}`);
      });
    }
  };
}

// src/roles/ci/token/find-token-source.ts
var systems = [
  { mark: "MAYFLY_ID_TOKEN", create: (world2) => createVariableSource(world2, "MAYFLY_ID_TOKEN") },
  {
    mark: "MAYFLY_ID_TOKEN_FILE",
    create: (world2) => createFileSource(readVariable(world2, "MAYFLY_ID_TOKEN_FILE") ?? "")
  },
  { mark: "ACTIONS_ID_TOKEN_REQUEST_URL", create: createGithubSource },
  { mark: "SYSTEM_OIDCREQUESTURI", create: createAzureSource },
  { mark: "BUILDKITE", create: createBuildkiteSource },
  { mark: "CIRCLECI", create: createCircleSource },
  {
    mark: "BITBUCKET_STEP_OIDC_TOKEN",
    create: (world2) => createVariableSource(world2, "BITBUCKET_STEP_OIDC_TOKEN")
  }
], lacks = [
  ["GITHUB_ACTIONS", 'the job needs "permissions: id-token: write"'],
  ["GITLAB_CI", 'the job needs "id_tokens: MAYFLY_ID_TOKEN: aud: \u2026"'],
  ["BITBUCKET_BUILD_NUMBER", 'the step needs "oidc: true"'],
  ["TF_BUILD", "the job needs System.AccessToken as SYSTEM_ACCESSTOKEN"]
];
function findTokenSource(world2, choice) {
  if (choice.file !== null) return createFileSource(choice.file);
  if (choice.variable !== null) return createVariableSource(world2, choice.variable);
  let system = systems.find(({ mark }) => readVariable(world2, mark) !== null);
  if (system !== void 0) return system.create(world2, choice.audience);
  let [, problem] = lacks.find(([mark]) => readVariable(world2, mark) !== null) ?? [];
  throw noToken2(problem ?? "this is no job of a CI system that is known");
}
function noToken2(problem) {
  return createError("MAYFLY_CI_TOKEN_NONE", { problem });
}
function createVariableSource(world2, variable) {
  return {
    name: variable,
    fetch: async () => {
      let text = readVariable(world2, variable);
      if (text === null) throw noToken2(`the variable ${variable} is empty`);
      return takeToken(variable, SecretBytes.take(Buffer.from(text)));
    }
  };
}
var maxFileBytes = 65536;
function createFileSource(path) {
  return {
    name: path,
    fetch: async () => takeToken(path, SecretBytes.take(await readFileBounded(path, maxFileBytes)))
  };
}
function createGithubSource(world2, audience) {
  let url = readVariable(world2, "ACTIONS_ID_TOKEN_REQUEST_URL") ?? "";
  return createEndpointSource(world2, {
    server: "the token endpoint of GitHub",
    method: "GET",
    url: `${url}${url.includes("?") ? "&" : "?"}audience=${encodeURIComponent(audience)}`,
    bearer: "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    field: "value"
  });
}
function createAzureSource(world2) {
  let connection = readVariable(world2, "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"), ofConnection = connection === null ? "" : `&serviceConnectionId=${encodeURIComponent(connection)}`;
  return createEndpointSource(world2, {
    server: "the token endpoint of Azure DevOps",
    method: "POST",
    url: `${readVariable(world2, "SYSTEM_OIDCREQUESTURI") ?? ""}?api-version=7.1${ofConnection}`,
    bearer: "SYSTEM_ACCESSTOKEN",
    field: "oidcToken"
  });
}
function createBuildkiteSource(world2, audience) {
  return createProgramSource(world2, { program: "buildkite-agent", args: ["oidc", "request-token", "--audience", audience, "--claim", "organization_id,pipeline_id"] });
}
function createCircleSource(world2, audience) {
  let args = ["run", "oidc", "get", "--claims", JSON.stringify({ aud: audience })], asked = createProgramSource(world2, { program: "circleci", args }), given = createVariableSource(world2, "CIRCLE_OIDC_TOKEN_V2");
  return {
    name: asked.name,
    fetch: async (signal) => {
      try {
        return await asked.fetch(signal);
      } catch (error) {
        if (signal.throwIfAborted(), readVariable(world2, given.name) === null) throw error;
        return await given.fetch(signal);
      }
    }
  };
}

// src/core/api/names.ts
var label = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/u, subdomain = /^[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?$/u;
function isNamespaceName(text) {
  return label.test(text);
}
function isObjectName(text) {
  return subdomain.test(text) && !text.includes("..");
}

// src/roles/ci/job.ts
function parsePolicyName(text) {
  let [namespace = "", name2 = "", ...rest] = text.split("/");
  if (isNamespaceName(namespace) && isObjectName(name2) && rest.length === 0) return text;
  throw createError("MAYFLY_CLI_USAGE", { reason: "a policy is named NAMESPACE/NAME, or cluster/NAME" });
}

// src/core/injection/agent-plan.ts
var fileFormats = [
  "env",
  "json",
  "yaml",
  "properties",
  "raw",
  "docker-config",
  "netrc"
];

// src/core/reference/reference.ts
var maxLength = 1024, grammar = /^(?:([^:#@]*):)?([^:#@]+)(?:#([^:#@]+))?(?:@([^:#@]+))?$/u;
function parseReference(text, defaultStore = null) {
  if (text.length > maxLength) return invalid(`is longer than ${maxLength} characters`);
  let parts = grammar.exec(text)?.slice(1).map(decode2);
  if (parts === void 0)
    return invalid("must be STORE:PATH#KEY@VERSION, with : # @ % written as %XX");
  if (parts.includes(void 0))
    return invalid("holds a % that is not %XX, or a control character");
  let [store, path, ...rest] = parts.map((part2) => part2 ?? null);
  return checkParts(store ?? defaultStore, path ?? "", rest);
}
function checkParts(store, path, [key = null, version = null]) {
  return store === null ? invalid("must name its store, as in STORE:PATH") : isStoreName(store) ? isPath(path) ? { kind: "valid", reference: { store, path, key, version } } : invalid("has a path with a leading slash, an empty segment, . or ..") : invalid("must begin with the name of a Store or cluster/NAME");
}
function isStoreName(text) {
  return isObjectName(text.startsWith("cluster/") ? text.slice(8) : text);
}
function isPath(path) {
  return path.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}
var plainText = new RegExp("^\\P{Cc}*$", "u");
function decode2(part2) {
  if (part2 === void 0) return null;
  try {
    let text = decodeURIComponent(part2);
    return plainText.test(text) && text.isWellFormed() ? text : void 0;
  } catch {
    return;
  }
}
function invalid(problem) {
  return { kind: "invalid", problem };
}

// src/roles/ci/wanted.ts
function readList(text) {
  return (text ?? "").split(/\s+/u).filter((entry) => entry !== "");
}
function parseWanted(written) {
  let secrets = /* @__PURE__ */ new Map(), wholes = /* @__PURE__ */ new Set(), formats = new Map(written.formats.map((text) => splitPair(text)));
  function take(text) {
    let taken = takeSecret(secrets, text);
    return taken.key === null && wholes.add(taken.name), taken;
  }
  let variables = written.variables.map((text) => take(text).name), files = written.files.map((text) => {
    let { name: name2, key } = take(text), format = formats.get(name2);
    return formats.delete(name2), {
      name: name2,
      key,
      format: format === void 0 ? decideFormat(key !== null) : toFormat(name2, format)
    };
  }), [stray] = formats.keys();
  if (stray !== void 0) throw wrong(`a format is given for ${stray}, which is no file`);
  if (secrets.size === 0) throw wrong("none is named, neither a variable nor a file");
  return { secrets, wholes, variables, files };
}
function takeSecret(secrets, text) {
  let [name2, reference] = splitPair(text);
  if (secrets.has(name2)) throw wrong(`${name2} is named twice`);
  let parsed = parseReference(reference);
  if (parsed.kind === "invalid") throw wrong(`the reference of ${name2} ${parsed.problem}`);
  return secrets.set(name2, reference), { name: name2, key: parsed.reference.key };
}
function splitPair(text) {
  let at = text.indexOf("=");
  if (at < 1) throw wrong("there is no NAME= before it");
  let name2 = text.slice(0, at).trim();
  if (!isVariableName(name2)) throw wrong("what stands before = is no NAME");
  return [name2, text.slice(at + 1).trim()];
}
function toFormat(name2, text) {
  let format = fileFormats.find((known) => known === text);
  if (format !== void 0) return format;
  throw wrong(`the format of ${name2} must be one of ${fileFormats.join(", ")}`);
}
function wrong(problem) {
  return createError("MAYFLY_CI_SECRET", { problem });
}

// src/roles/ci/action/inputs.ts
function readBrokerInput(world2) {
  let ca = readInput(world2, "ca");
  return { address: parseAddress("the broker", readRequired(world2, "broker")), ca };
}
function readInputs(world2) {
  let broker = readBrokerInput(world2), wanted = parseWanted({
    variables: readList(readInput(world2, "secrets")),
    files: readList(readInput(world2, "files")),
    formats: readList(readInput(world2, "formats"))
  });
  return {
    job: {
      broker,
      policy: parsePolicyName(readRequired(world2, "policy")),
      wanted,
      ttlMs: readTtl(world2)
    },
    audience: readInput(world2, "audience") ?? broker.address,
    allowDisk: readFlag(world2, "allow-disk"),
    allowShort: readFlag(world2, "allow-short")
  };
}
function readInput(world2, name2) {
  let text = readVariable(world2, `INPUT_${name2.toUpperCase()}`)?.trim() ?? "";
  return text === "" ? null : text;
}
function readRequired(world2, name2) {
  let text = readInput(world2, name2);
  if (text === null) throw usage(`the input ${name2} is missing`);
  return text;
}
function readFlag(world2, name2) {
  let text = readInput(world2, name2) ?? "false";
  if (text !== "true" && text !== "false") throw usage(`the input ${name2} must be true or false`);
  return text === "true";
}
function readTtl(world2) {
  let text = readInput(world2, "ttl");
  if (text === null) return null;
  let ttl = parseDuration(text);
  if (ttl === null) throw usage("the input ttl must be a duration such as 10m");
  return ttl;
}
function usage(reason) {
  return createError("MAYFLY_CLI_USAGE", { reason });
}

// src/roles/ci/action/runner-files.ts
import { appendFileSync } from "node:fs";
var longest = 1048576;
function setInRunner(world2, file, { name: name2, value }) {
  let path = readVariable(world2, file) ?? "", mark = `mayfly_${world2.random.uuid()}`, out = createByteBuilder(longest, refuseSize);
  try {
    out.addText(`${name2}<<${mark}
`), out.addBytes(value), out.addText(`
${mark}
`);
    let bytes = out.finish();
    appendFileSync(path, bytes), bytes.fill(0);
  } catch (error) {
    let reason = readErrno(error);
    throw reason === "unknown" ? error : createError("MAYFLY_FILE_WRITE_FAILED", { path: file, reason }, { cause: error });
  } finally {
    out.wipe();
  }
}

// src/roles/ci/action/run-action.ts
function isPost(world2) {
  return readVariable(world2, "STATE_called") !== null;
}
async function runAction(world2, signal) {
  setState(world2, "called", "yes");
  let { job, audience, allowDisk, allowShort } = readInputs(world2), source = findTokenSource(world2, { audience, file: null, variable: null });
  await runExchange(world2, openSession(world2, job.broker, source), {
    job,
    signal,
    masks: { masking: "github", allowShort },
    folder: { folder: null, allowDisk },
    use: async (exchanged, folder) => {
      setState(world2, "audience", audience), folder !== null && setState(world2, "folder", folder), setState(world2, "lease", exchanged.leaseId), exportValues(world2, { job, exchanged, folder });
    }
  });
}
function setState(world2, name2, text) {
  setInRunner(world2, "GITHUB_STATE", { name: name2, value: encodeText(text) });
}
function exportValues(world2, { job, exchanged, folder }) {
  let { variables, files } = job.wanted;
  for (let name2 of variables) {
    let value = valueOf(exchanged.values, name2).expose(), refusal = refuseVariable({ key: name2, variable: name2 }, value);
    if (refusal !== null) throw refusal;
    setInRunner(world2, "GITHUB_ENV", { name: name2, value });
  }
  let paths = files.map((file) => ({ name: file.name, text: pathOf(file, folder ?? "") }));
  for (let { name: name2, text } of paths)
    setInRunner(world2, "GITHUB_ENV", { name: name2, value: encodeText(text) });
  let told = [
    { name: "folder", text: folder ?? "" },
    { name: "expires-at", text: new Date(exchanged.expiresAt).toISOString() },
    { name: "audit-id", text: exchanged.auditId }
  ];
  for (let { name: name2, text } of told)
    setInRunner(world2, "GITHUB_OUTPUT", { name: name2, value: encodeText(text) });
}
async function runPost(world2) {
  let lease = readVariable(world2, "STATE_lease");
  if (lease === null) return;
  let folder = readVariable(world2, "STATE_folder");
  folder !== null && await readLease(folder) !== null && (createSecretFiles(folder).remove(), tell(world2, "files removed"));
  let audience = readVariable(world2, "STATE_audience") ?? "", broker = readBrokerInput(world2), source = findTokenSource(world2, { audience, file: null, variable: null }), client = createBrokerClient(broker, world2.clock);
  await giveBack(world2, { client, source }, [lease]) && tell(world2, "lease given back");
}

// src/roles/ci/action/main.ts
var bugExit = 70, { stderr } = process, world = createCiWorld(process), stop = watchStop(createHost()), release = keepProgramAlive();
try {
  await (isPost(world) ? runPost(world) : runAction(world, stop.signal));
} catch (error) {
  process.exitCode = stop.exitCode() ?? tellRunner(error);
} finally {
  release();
}
function tellRunner(error) {
  if (!isMayflyError(error))
    return stderr.write(`::error title=mayfly::a bug of mayfly [MAYFLY_INTERNAL_BUG]
`), bugExit;
  let hint = error.hint === "" ? "" : `%0A${error.hint}`;
  return stderr.write(`::error title=mayfly::${error.message} [${error.code}]${hint}
`), error.exitCode;
}
