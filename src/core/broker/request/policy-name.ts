/** `NAMESPACE/NAME` of an AccessPolicy, or `cluster/NAME` of a ClusterAccessPolicy. */
export const policyNamePattern =
  '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$';
