import { ageCodes } from './codes/age.ts';
import { agentCodes } from './codes/agent.ts';
import { auditCodes } from './codes/audit.ts';
import { brokerCodes } from './codes/broker.ts';
import { certsCodes } from './codes/certs.ts';
import { ciCodes } from './codes/ci.ts';
import { cliCodes } from './codes/cli.ts';
import { clusterCodes } from './codes/cluster.ts';
import { configCodes } from './codes/config.ts';
import { formatCodes } from './codes/format.ts';
import { gitCodes } from './codes/git.ts';
import { hostCodes } from './codes/host.ts';
import { identityCodes } from './codes/identity.ts';
import { internalCodes } from './codes/internal.ts';
import { kubeCodes } from './codes/kube.ts';
import { objectCodes } from './codes/object.ts';
import { platformCodes } from './codes/platform.ts';
import { podCodes } from './codes/pod.ts';
import { policyCodes } from './codes/policy.ts';
import { replayCodes } from './codes/replay.ts';
import { sinkCodes } from './codes/sink.ts';
import { sopsCodes } from './codes/sops.ts';
import { sopsWriteCodes } from './codes/sops-write.ts';
import { storeCodes } from './codes/store.ts';
import { syncCodes } from './codes/sync.ts';
import { templateCodes } from './codes/template.ts';
import { tenancyCodes } from './codes/tenancy.ts';
import { webhookCodes } from './codes/webhook.ts';
import { yamlCodes } from './codes/yaml.ts';

/** Every error Mayfly can answer with. `docs/errors.md` is generated from this table. */
export const catalogue = {
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
  ...ciCodes,
} as const;

/** A stable error code, `MAYFLY_<AREA>_<FACT>`. */
export type ErrorCode = keyof typeof catalogue;
