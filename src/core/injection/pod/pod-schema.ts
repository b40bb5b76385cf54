import { Type } from 'typebox';

/** What Mayfly reads of a pod. Everything else passes through untouched. */
const quantities = Type.Optional(
  Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
);
const resources = Type.Optional(Type.Object({ requests: quantities, limits: quantities }));

const text = Type.Optional(Type.String());
const flag = Type.Optional(Type.Boolean());
const uid = Type.Optional(Type.Integer());

const envEntrySchema = Type.Object({
  name: Type.String(),
  value: text,
  valueFrom: Type.Optional(
    Type.Object({
      fileKeyRef: Type.Optional(
        Type.Object({
          volumeName: Type.String(),
          path: Type.String(),
          key: Type.String(),
          optional: flag,
        }),
      ),
    }),
  ),
});

const containerSchema = Type.Object({
  name: Type.String(),
  command: Type.Optional(Type.Array(Type.String())),
  env: Type.Optional(Type.Array(envEntrySchema)),
  envFrom: Type.Optional(Type.Array(Type.Object({}))),
  volumeMounts: Type.Optional(
    Type.Array(Type.Object({ name: Type.String(), mountPath: Type.String(), readOnly: flag })),
  ),
  securityContext: Type.Optional(Type.Object({ runAsUser: uid })),
  resources,
  restartPolicy: text,
});

const named = Type.Object({ name: Type.String() });

export const podSchema = Type.Object({
  metadata: Type.Optional(
    Type.Object({
      name: text,
      generateName: text,
      annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
  ),
  spec: Type.Object({
    containers: Type.Array(containerSchema),
    initContainers: Type.Optional(Type.Array(containerSchema)),
    volumes: Type.Optional(Type.Array(named)),
    imagePullSecrets: Type.Optional(Type.Array(Type.Object({ name: text }))),
    schedulingGates: Type.Optional(Type.Array(named)),
    securityContext: Type.Optional(Type.Object({ runAsUser: uid, fsGroup: uid })),
    serviceAccountName: text,
    restartPolicy: text,
    hostNetwork: flag,
    hostPID: flag,
    shareProcessNamespace: flag,
    dnsPolicy: text,
    os: Type.Optional(named),
    nodeSelector: Type.Optional(Type.Record(Type.String(), Type.String())),
    resources,
  }),
});

export type Pod = Type.Static<typeof podSchema>;
export type Container = Type.Static<typeof containerSchema>;
export type EnvEntry = Type.Static<typeof envEntrySchema>;
