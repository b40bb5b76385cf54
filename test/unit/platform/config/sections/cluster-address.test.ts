import { describe, expect, it } from '@jest/globals';
import { readClusterAddress } from '#platform/config/sections/cluster-address.ts';

describe('the address of the API server in a cluster', () => {
  it.each([
    ['10.0.0.1', '443', 'https://10.0.0.1:443'],
    ['fd00::1', '6443', 'https://[fd00::1]:6443'],
  ])('is that of the environment: %s', (host, port, address) => {
    const environment = { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port };
    expect(readClusterAddress(environment)).toBe(address);
  });

  it('is not known outside of a cluster', () => {
    expect(readClusterAddress({})).toBeNull();
    expect(readClusterAddress({ KUBERNETES_SERVICE_HOST: '10.0.0.1' })).toBeNull();
  });
});
