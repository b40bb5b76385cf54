/** Keys of issuers that are in the cluster. */
export interface ClusterKeys {
  /**
   * What the API server of our own cluster answers about itself as an issuer: its discovery document, or its keys. Asked
   * with our own token, which goes to no other address. Throws `MAYFLY_KUBE_…`.
   */
  readApiServer(what: 'document' | 'keys', signal: AbortSignal): Promise<Uint8Array>;
  /** A key of a ConfigMap of our own namespace; null when there is none. Throws `MAYFLY_KUBE_…`. */
  readConfigMap(name: string, key: string, signal: AbortSignal): Promise<Uint8Array | null>;
}
