import { Type, type Static, type TSchema } from 'typebox';
import { issuerKinds, type Exposure, type IssuerKind } from '../../identity/identity.ts';
import type { IssuerKeySource, ReplayRule } from '../../api/token-issuer.ts';

/** Of another version nothing is read. */
export const recordVersion = 1;

const text = Type.String();
const exact = { additionalProperties: false };

function orNull<S extends TSchema>(schema: S): Type.TUnion<[S, Type.TNull]> {
  return Type.Union([schema, Type.Null()]);
}

function oneOf<W extends string>(words: readonly W[]): Type.TUnsafe<W> {
  return Type.Unsafe<W>(Type.Enum([...words]));
}

const named = Type.Object({ name: text, uid: text }, exact);

const podSchema = Type.Object(
  {
    namespace: text,
    serviceAccount: text,
    serviceAccountUid: text,
    pod: orNull(named),
    node: orNull(named),
    credentialId: orNull(text),
  },
  exact,
);

const identitySchema = Type.Object(
  {
    kind: oneOf<IssuerKind>(issuerKinds),
    issuer: text,
    subject: text,
    attributes: Type.Array(Type.Tuple([text, Type.Union([text, Type.Array(text)])])),
    exposures: Type.Array(oneOf<Exposure>(['fork', 'pullRequest', 'sshRerun'])),
    unit: orNull(text),
    runUrl: orNull(text),
    pod: orNull(podSchema),
  },
  exact,
);

const issuerSchema = Type.Object(
  {
    name: text,
    issuer: text,
    audiences: Type.Array(text),
    replay: oneOf<ReplayRule>(['Once', 'PerJob', 'Liveness', 'None']),
    usesPerJob: Type.Integer(),
    keys: Type.Object(
      { kind: oneOf<IssuerKeySource['kind']>(['discovery', 'cluster', 'inline', 'configMap']) },
      exact,
    ),
  },
  exact,
);

/** A caller as it lies outside the process, without the identity token. */
export const callerRecordSchema = Type.Object(
  {
    version: Type.Literal(recordVersion),
    identity: identitySchema,
    issuer: issuerSchema,
    issuedAt: Type.Number(),
    expiresAt: Type.Number(),
    replayKey: text,
    ticket: Type.Object({ id: text, policy: text, expiresAt: Type.Number() }, exact),
  },
  exact,
);
export type CallerRecord = Static<typeof callerRecordSchema>;
