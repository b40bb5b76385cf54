import { describeSecretStore } from '#test/contract/secret-store.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createMemoryStore } from '#test/support/stores/memory-store.ts';

describeSecretStore('in memory', async () => {
  const store = createMemoryStore({ clock: createFakeClock() });
  store.acceptOnly('let-me-in');
  store.put('team/forbidden', { user: 'other' });
  store.forbid('team/forbidden');
  store.putLeased('database/creds/app', (count) => ({ username: `v-app-${count}` }), 60_000);
  return {
    store,
    token: async () => SecretBytes.take(Buffer.from('let-me-in')),
    wrongToken: async () => SecretBytes.take(Buffer.from('somebody-else')),
    put: async (name, fields) => {
      store.put(`team/${name}`, fields);
      return `team/${name}`;
    },
    emptyPath: 'team/nothing',
    forbiddenPath: 'team/forbidden',
    leased: { path: 'database/creds/app', version: null },
    versions: 'all',
    hasTerms: true,
    close: async () => {},
  };
});
