import { Type } from 'typebox';
import { validate } from '#core/api/schema/validate.ts';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { PatchStep } from '#core/injection/patch/diff-json.ts';

/** What the API server asks about, as far as it is looked at. The objects come from outside: validate before use. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly namespace: string;
  readonly object: unknown;
  /** Before an update; null otherwise. */
  readonly oldObject: unknown;
}

/** A review in, or what is wrong with it and, where it can be told, whom to answer. */
export type Review =
  | { readonly kind: 'request'; readonly request: AdmissionRequest }
  | { readonly kind: 'refused'; readonly uid: string | null; readonly error: MayflyError };

export type Verdict =
  | {
      readonly kind: 'allow';
      readonly patch: readonly PatchStep[];
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'deny'; readonly errors: readonly MayflyError[] };

const uidSchema = Type.String({ minLength: 1, maxLength: 128 });
const word = Type.String({ maxLength: 253 });

/** Fields that a later API server adds are let be. */
const reviewSchema = Type.Object({
  apiVersion: Type.Literal('admission.k8s.io/v1'),
  kind: Type.Literal('AdmissionReview'),
  request: Type.Object({
    uid: uidSchema,
    kind: Type.Object({ group: word, version: word, kind: word }),
    operation: Type.Union([
      Type.Literal('CREATE'),
      Type.Literal('UPDATE'),
      Type.Literal('DELETE'),
      Type.Literal('CONNECT'),
    ]),
    namespace: Type.Optional(word),
    object: Type.Optional(Type.Unknown()),
    oldObject: Type.Optional(Type.Unknown()),
  }),
});
const askerSchema = Type.Object({ request: Type.Object({ uid: uidSchema }) });

/** Reads an AdmissionReview of `admission.k8s.io/v1`. */
export function parseReview(body: unknown): Review {
  const parsed = validate(reviewSchema, body, 'review');
  if (parsed.kind === 'valid') {
    const absent = { namespace: '', object: null, oldObject: null };
    return { kind: 'request', request: { ...absent, ...parsed.value.request } };
  }
  const asker = validate(askerSchema, body, 'review');
  const uid = asker.kind === 'valid' ? asker.value.request.uid : null;
  const { field = 'review', problem = 'is not complete' } = parsed.errors[0]?.params ?? {};
  return { kind: 'refused', uid, error: createError('MAYFLY_WEBHOOK_REVIEW', { field, problem }) };
}

/** The answer to the review of a uid. */
export function renderAnswer(uid: string, verdict: Verdict): object {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid, ...renderVerdict(verdict) },
  };
}

function renderVerdict(verdict: Verdict): object {
  if (verdict.kind === 'deny') return { allowed: false, status: renderStatus(verdict.errors) };
  const { patch, warnings } = verdict;
  return {
    allowed: true,
    ...(patch.length === 0 ? {} : { patchType: 'JSONPatch', patch: encodePatch(patch) }),
    ...(warnings.length === 0 ? {} : { warnings: boundWarnings(warnings) }),
  };
}

function encodePatch(patch: readonly PatchStep[]): string {
  return Buffer.from(JSON.stringify(patch)).toString('base64');
}

const maxErrors = 50;

function renderStatus(errors: readonly MayflyError[]): object {
  const lines = errors.slice(0, maxErrors).map(renderError);
  if (errors.length > maxErrors) lines.push(`and ${errors.length - maxErrors} more`);
  const message = lines.length === 1 ? lines.join('') : ['', ...lines].join('\n- ');
  return { status: 'Failure', code: errors[0]?.httpStatus ?? 500, message };
}

function renderError({ message, code, hint }: MayflyError): string {
  return `${message} [${code}]${hint === '' ? '' : `: ${hint}`}`;
}

/** What the API server passes on: it cuts a warning at 256 bytes and drops all beyond 4,096. */
const maxWarnings = 16;
const maxWarningLength = 256;

function boundWarnings(warnings: readonly string[]): readonly string[] {
  return warnings
    .slice(0, maxWarnings)
    .map((text) =>
      text.length <= maxWarningLength ? text : `${text.slice(0, maxWarningLength - 1)}…`,
    );
}

/** An error as a warning: without its hint, which would be cut. */
export function renderWarning({ message, code }: MayflyError): string {
  return `mayfly: ${message} [${code}]`;
}
