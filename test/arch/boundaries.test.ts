import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { findForbiddenImports } from '#test/support/arch/boundaries.ts';
import { readSourceFiles } from '#test/support/arch/source-files.ts';

const folders = ['src', 'webhook', 'certs'];

describe('imports', () => {
  it('point one way', () => {
    expect(findForbiddenImports(readSourceFiles(folders))).toEqual([]);
  });

  it('are found out where they point the other way', () => {
    const planted = join(import.meta.dirname, 'fixtures', 'planted');
    expect(findForbiddenImports(readSourceFiles(folders, ['.ts'], planted))).toEqual(
      [
        'src/adapters/kube/reads-adapter.ts -> src/adapters/age/open-identity.ts',
        'src/adapters/kube/reads-package.ts -> fastify',
        'src/core/lease/reads-node.ts -> node:fs',
        'src/core/lease/reads-package.ts -> pino',
        'src/core/lease/reads-platform.ts -> src/platform/reconcile/queue.ts',
        'src/core/lease/reads-upwards.ts -> src/adapters/kube/apply.ts',
        'src/elsewhere/stray.ts -> src/core/errors/mayfly-error.ts',
        'src/main.ts -> src/adapters/age/open-identity.ts',
        'src/platform/log/reads-core.ts -> src/core/lease/decide-lease.ts',
        'src/platform/log/reads-role.ts -> src/roles/cli/run-cli.ts',
        'src/roles/broker/reads-adapter.ts -> src/adapters/vault/index.ts',
        'src/roles/broker/reads-role.ts -> src/roles/cli/run-cli.ts',
        'src/roles/sources/reads-role.ts -> src/roles/controller/run-controller.ts',
        'src/roles/webhook/compose.ts -> src/adapters/vault/index.ts',
        'webhook/reads-adapter.ts -> src/adapters/kube/watch.ts',
        'certs/reads-test.ts -> test/support/fake-clock.ts',
      ].toSorted(),
    );
  });
});
