import { createError } from '../errors/mayfly-error.ts';
import type { FileFormat } from '../injection/agent-plan.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import type { SecretMap } from '../secret/secret-tree.ts';
import { createByteBuilder, type ByteBuilder } from './byte-builder.ts';
import { toPlainMap, type PlainMap } from './plain.ts';
import { isLineSeparator, isYamlEscape } from './quote-text.ts';
import { maxRenderedBytes, refuseSize, refuseValue } from './refuse.ts';
import { renderEnv, renderProperties } from './render-lines.ts';
import { renderDockerConfig, renderNetrc } from './render-login.ts';
import { writeJson, type Misfit } from './write-json.ts';
import { writeYaml } from './write-yaml.ts';

/**
 * How a file looks that names neither a format nor a template: one value (`#key`) as its bare bytes, a whole secret
 * as JSON.
 */
export function decideFormat(isOneValue: boolean): FileFormat {
  return isOneValue ? 'raw' : 'json';
}

/**
 * Writes fields into a file of a format; for a reference with `#key` the map has that one entry. The caller wipes
 * the fields and the answer.
 *
 * Throws, naming keys and never a value: `MAYFLY_FORMAT_KEY` and `MAYFLY_FORMAT_VALUE` for what the format cannot
 * hold, `MAYFLY_FORMAT_FIELDS` where it needs certain keys, `MAYFLY_FORMAT_TOO_LARGE` over 1 MiB.
 */
export function renderFormat(format: FileFormat, fields: SecretMap): SecretBytes {
  const out = createByteBuilder(maxRenderedBytes, refuseSize);
  try {
    writers[format](out, toPlainMap(fields));
    return SecretBytes.take(out.finish());
  } finally {
    out.wipe();
  }
}

const writers: Readonly<Record<FileFormat, (out: ByteBuilder, fields: PlainMap) => void>> = {
  env: renderEnv,
  json: renderJson,
  yaml: renderYaml,
  properties: renderProperties,
  raw: renderRaw,
  'docker-config': renderDockerConfig,
  netrc: renderNetrc,
};

function renderJson(out: ByteBuilder, fields: PlainMap): void {
  const style = { escapes: isLineSeparator, isSorted: false, indent: '' };
  refuseMisfit('json', writeJson(out, fields, style));
  out.addText('\n');
}

function renderYaml(out: ByteBuilder, fields: PlainMap): void {
  refuseMisfit('yaml', writeYaml(out, fields, { escapes: isYamlEscape, isSorted: false }));
  out.addText('\n');
}

function refuseMisfit(format: FileFormat, misfit: Misfit | null): void {
  if (misfit !== null) throw refuseValue(format, misfit.path.join('.'), misfit.problem);
}

/** The bytes of the only value as they are, text or not, without a line break behind them. */
function renderRaw(out: ByteBuilder, { entries }: PlainMap): void {
  const [only, ...others] = entries;
  if (only === undefined || others.length > 0) {
    throw createError('MAYFLY_FORMAT_FIELDS', { format: 'raw', needs: 'one key, named by #key' });
  }
  const [key, value] = only;
  if (value.kind === 'text' || value.kind === 'number') out.addBytes(value.bytes);
  else if (value.kind === 'bool') out.addText(String(value.value));
  else throw refuseValue('raw', key, value.kind === 'nil' ? 'is null' : `is a ${value.kind}`);
}
