import { agent, agentLoad } from './agent/agent.ts';
import type { Benchmark } from './benchmark.ts';
import { broker } from './broker/broker.ts';
import { brokerFlood } from './broker/flood.ts';
import { brokerReplay } from './broker/replay.ts';
import { brokerReview } from './broker/review.ts';
import { cliHelp } from './cli-help.ts';
import { decrypt } from './decrypt/decrypt.ts';
import { image } from './image/image.ts';
import { kubeLeaseEnd } from './kube/lease-end.ts';
import { kubePushMany, kubePushOne } from './kube/push.ts';
import { kubeLarge, kubeRestart, kubeSpread } from './kube/restart.ts';
import { kubeSteady } from './kube/steady.ts';
import { admission, admissionLoad } from './pods/admission.ts';
import { agentCrowd } from './pods/agent-crowd.ts';
import { agentRest } from './pods/agent-rest.ts';
import { growth } from './sync/growth.ts';
import { pollNoop } from './sync/poll-noop.ts';
import { pushMany, pushOne } from './sync/push.ts';
import { restart } from './sync/restart.ts';

/** Every benchmark, in the order they run. */
export const benchmarks: readonly Benchmark[] = [
  cliHelp,
  decrypt,
  pollNoop,
  pushOne,
  pushMany,
  restart,
  growth,
  kubePushOne,
  kubePushMany,
  kubeRestart,
  kubeSpread,
  kubeLarge,
  kubeSteady,
  kubeLeaseEnd,
  admission,
  admissionLoad,
  agent,
  agentLoad,
  agentRest,
  agentCrowd,
  broker,
  brokerFlood,
  brokerReplay,
  brokerReview,
  image,
];
