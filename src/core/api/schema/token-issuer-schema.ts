import { Type } from 'typebox';
import { issuerKinds } from '../../identity/identity.ts';
import { tokenAlgorithms } from '../../identity/issuer/parse-key-set.ts';
import { duration, objectName, patterns, strict } from './schema-parts.ts';

const discoverySchema = Type.Object(
  {
    keyOrigins: Type.Optional(
      Type.Array(Type.String({ pattern: patterns.storeAddress, maxLength: 300 }), {
        maxItems: 10,
        description:
          'Where else `jwks_uri` may be than at the host of the issuer, such as `https://keys.example.com`.',
      }),
    ),
  },
  { ...strict, description: 'As the discovery document of the issuer says (OpenID Connect).' },
);

const keysSchema = Type.Object(
  {
    discovery: Type.Optional(discoverySchema),
    cluster: Type.Optional(
      Type.Object(
        {},
        { ...strict, description: 'Of the API server of the cluster that Mayfly runs in.' },
      ),
    ),
    inline: Type.Optional(
      Type.Object(
        {
          jwks: Type.String({
            minLength: 1,
            maxLength: 100_000,
            description: 'A JSON Web Key Set (RFC 7517) of public keys.',
          }),
        },
        { ...strict, description: 'Written here: for an issuer that cannot be reached.' },
      ),
    ),
    configMap: Type.Optional(
      Type.Object(
        {
          name: objectName('Name of the ConfigMap.'),
          key: Type.String({
            pattern: patterns.secretKey,
            maxLength: 253,
            description: 'Its key that holds the JSON Web Key Set.',
          }),
        },
        { ...strict, description: "In a ConfigMap of Mayfly's own namespace." },
      ),
    ),
  },
  {
    ...strict,
    minProperties: 1,
    maxProperties: 1,
    description: 'Where its public keys come from: exactly one. Default discovery.',
  },
);

/** `spec` of a TokenIssuer. */
export const tokenIssuerSpecSchema = Type.Object(
  {
    kind: Type.Enum([...issuerKinds], {
      type: 'string',
      description: 'Whose tokens they are: it decides what their claims mean.',
    }),
    issuer: Type.String({
      pattern: patterns.issuer,
      maxLength: 500,
      description:
        'The claim `iss`, letter for letter, such as `https://token.actions.githubusercontent.com`.',
    }),
    audiences: Type.Optional(
      Type.Array(Type.String({ pattern: patterns.audience, maxLength: 500 }), {
        minItems: 1,
        maxItems: 20,
        description:
          'What tokens may be made for: one of these, exactly. Default the address of the broker.',
      }),
    ),
    singleAudience: Type.Optional(
      Type.Boolean({
        description:
          'Whether a token that is made for others too is refused: they could pass it on. Default true.',
      }),
    ),
    algorithms: Type.Optional(
      Type.Array(Type.Enum([...tokenAlgorithms], { type: 'string' }), {
        minItems: 1,
        maxItems: tokenAlgorithms.length,
        description: 'How tokens may be signed (RFC 7518). Default RS256 and ES256.',
      }),
    ),
    keys: Type.Optional(keysSchema),
    ca: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 65_536,
        description: 'PEM certificates to trust instead of those of the system. For discovery.',
      }),
    ),
    allowPrivateAddress: Type.Optional(
      Type.Boolean({
        description:
          'Whether the issuer may be at a private or loopback address. For discovery. Default false.',
      }),
    ),
    maxTokenAge: Type.Optional(
      duration(
        'How long tokens live at most, and how old they may be. Default by kind: 10m of github and buildkite, 2h of gitlab and kubernetes, 1h of the others.',
      ),
    ),
    replay: Type.Optional(
      Type.Enum(['Once', 'PerJob', 'Liveness', 'None'], {
        type: 'string',
        description:
          'How often a token is used. Once: a job asks for another token when it needs one. PerJob: up to `usesPerJob` times within its job. Liveness: as often as its pod lives. None: as often as somebody has it. Default by kind: PerJob of gitlab and bitbucket, Liveness of kubernetes with the keys of the cluster, Once of the others.',
      }),
    ),
    usesPerJob: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000,
        description: 'How often with PerJob. Default 20.',
      }),
    ),
    suspend: Type.Optional(
      Type.Boolean({ description: 'Refuses all of its tokens. Default false.' }),
    ),
  },
  {
    ...strict,
    description:
      'Who makes identity tokens that the broker believes. Policies name it, so that the same `iss` of two clusters is two issuers. Written by administrators.',
  },
);

export type TokenIssuerSpec = Type.Static<typeof tokenIssuerSpecSchema>;
