/** Where the API server is, and how this process shows it who it is. */
export interface KubeAccess {
  /** An https address. */
  readonly server: string;
  /** As they are now: tokens and certificates are renewed in place. Throws when they cannot be read. */
  credentials(): Promise<KubeCredentials>;
}

export interface KubeCredentials {
  readonly tls: {
    /** Who may vouch for the server, as PEM; absent: the authorities that the system trusts. */
    readonly ca?: string;
    /** A certificate of ours and its key, as PEM. */
    readonly cert?: string;
    readonly key?: string;
    /** The name that the server's certificate must have, where it is not that of the address. */
    readonly servername?: string;
  };
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}
