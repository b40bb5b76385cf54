import { parseStore } from '#core/api/store.ts';
import type { InjectionContext } from '#core/injection/injection-context.ts';
import type { InjectionSettings } from '#core/injection/settings.ts';
import type { Supply } from '#core/usage/pod-gate.ts';
import { aStoredObject } from '#test/support/objects/a-stored-object.ts';
import { defaultSettings } from '#test/support/pods/default-settings.ts';
import type { AdmissionView } from '../../../webhook/decisions.ts';
import { agentImage } from './running-webhook.ts';
import { vaultStore } from './pods.ts';

export interface FakeViewOptions {
  readonly settings?: Partial<InjectionSettings>;
  readonly supplies?: readonly Supply[];
}

/** A cluster with one ClusterStore, `vault`. */
export function createFakeView(options: FakeViewOptions = {}): AdmissionView {
  const settings: InjectionSettings = {
    ...defaultSettings,
    agent: { image: agentImage, imagePullPolicy: null, command: ['mayfly', 'agent'] },
    ownNamespace: 'mayfly-system',
    ...options.settings,
  };
  const metadata = { namespace: '', name: 'vault' };
  const parsed = parseStore(aStoredObject('ClusterStore', { metadata, spec: vaultStore.spec }));
  const store = parsed.kind === 'valid' ? parsed.value : null;
  return {
    contextOf: (name): InjectionContext => ({
      namespace: { name, labels: {} },
      settings,
      findStore: (wanted) => (wanted === 'cluster/vault' ? store : null),
      policies: [],
    }),
    suppliesOf: () => options.supplies ?? [],
  };
}
