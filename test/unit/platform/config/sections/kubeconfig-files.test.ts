import { expect, it } from '@jest/globals';
import { findKubeconfigs } from '#platform/config/sections/kubeconfig-files.ts';

it.each([
  [{}, ['/home/alice/.kube/config']],
  [{ KUBECONFIG: '' }, ['/home/alice/.kube/config']],
  [{ KUBECONFIG: '/a' }, ['/a']],
  [{ KUBECONFIG: '/a::/b' }, ['/a', '/b']],
])('with %j kubectl reads %j', (environment, expected) => {
  expect(findKubeconfigs(environment, '/home/alice')).toEqual(expected);
});
