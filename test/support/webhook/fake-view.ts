import { parseStore } from '#core/api/store.ts';
import type { InjectionContext } from '#core/injection/injection-context.ts';
import { defaultSettings, type InjectionSettings } from '#core/injection/settings.ts';
import type { Supply } from '#core/usage/pod-gate.ts';
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
  const parsed = parseStore({
    kind: 'ClusterStore',
    metadata: {
      namespace: '',
      name: 'vault',
      uid: 'u',
      resourceVersion: '1',
      generation: 1,
      labels: {},
      annotations: {},
      creationTimestamp: '',
    },
    spec: vaultStore.spec,
    status: {},
  });
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
