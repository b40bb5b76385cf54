import { Type } from 'typebox';
import { createError, type MayflyError } from '../errors/mayfly-error.ts';
import { nearestName } from '../text/nearest-name.ts';
import { checkSpec } from './check/check-spec.ts';
import { isNamespaceName, isObjectName } from './names.ts';
import {
  apiVersion,
  kindNames,
  kindResources,
  localKindNames,
  unstored,
  type LocalKindName,
  type StoredObject,
} from './object.ts';
import { objectName, strict, textMap } from './schema/schema-parts.ts';
import { invalid, valid, validate, type Parsed } from './schema/validate.ts';

/** An object as a person writes it: without what the system adds. */
export interface Manifest {
  readonly kind: LocalKindName;
  /** The empty text for a kind of the cluster: there it belongs to the machine. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: unknown;
}

const manifestSchema = Type.Object(
  {
    apiVersion: Type.String(),
    kind: Type.String(),
    metadata: Type.Object(
      {
        name: objectName('Name of the object.'),
        namespace: Type.Optional(objectName('Namespace of the object. Default `default`.')),
        labels: Type.Optional(textMap('Labels.')),
        annotations: Type.Optional(textMap('Annotations.')),
      },
      strict,
    ),
    spec: Type.Unknown(),
  },
  strict,
);

/**
 * Validates one document of a folder of objects, its `spec` included; answers everything that is wrong at once, or
 * `MAYFLY_OBJECT_KIND_UNKNOWN` for a document that is none of Mayfly's.
 */
export function parseManifest(document: unknown): Parsed<Manifest> {
  const kind = findKind(document);
  if (typeof kind !== 'string') return kind;
  const parsed = validate(manifestSchema, document, 'object');
  if (parsed.kind === 'invalid') return parsed;
  const { metadata, spec } = parsed.value;
  const isNamespaced = kindResources[kind].scope === 'Namespaced';
  const manifest: Manifest = {
    kind,
    namespace: metadata.namespace ?? (isNamespaced ? 'default' : ''),
    name: metadata.name,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    spec,
  };
  const errors = [...checkNames(manifest), ...checkSpec(asStored(manifest))];
  return errors.length > 0 ? invalid(errors) : valid(manifest);
}

const headSchema = Type.Object({ apiVersion: Type.Literal(apiVersion), kind: Type.String() });

function findKind(document: unknown): LocalKindName | Parsed<never> {
  const head = validate(headSchema, document, 'object');
  if (head.kind === 'invalid') return unknownKind(`its apiVersion is not ${apiVersion}`);
  const { kind } = head.value;
  const known = localKindNames.find((name) => name === kind);
  if (known !== undefined) return known;
  if (kindNames.some((name) => name === kind)) {
    return unknownKind(`${kind} is for clusters, the configuration says here what is allowed`);
  }
  const nearest = nearestName(kind, localKindNames);
  return unknownKind(
    nearest === null ? `known kinds are ${localKindNames.join(', ')}` : `did you mean ${nearest}`,
  );
}

function unknownKind(suggestion: string): Parsed<never> {
  return invalid([createError('MAYFLY_OBJECT_KIND_UNKNOWN', { suggestion })]);
}

function checkNames({ kind, namespace, name }: Manifest): readonly MayflyError[] {
  const dnsName = 'must be a lower-case DNS name';
  return [
    ...(kindResources[kind].scope === 'Cluster'
      ? checkName('namespace', namespace === '', `must be left out of a ${kind}`)
      : checkName('namespace', isNamespaceName(namespace), dnsName)),
    ...checkName('name', isObjectName(name), dnsName),
  ];
}

function checkName(field: string, isRight: boolean, problem: string): readonly MayflyError[] {
  const params = { field: `object.metadata.${field}`, problem };
  return isRight ? [] : [createError('MAYFLY_OBJECT_FIELD_INVALID', params)];
}

function asStored({ kind, namespace, name, labels, annotations, spec }: Manifest): StoredObject {
  const metadata = { namespace, name, labels, annotations, ...unstored };
  return { kind, metadata, spec, status: {} };
}
