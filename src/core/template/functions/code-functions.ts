import { decodeBase64 } from '../../sync/content/base64.ts';
import { encodeBase64, type Base64Alphabet } from '../../format/encode-base64.ts';
import type { Plain } from '../../format/plain.ts';
import { isHtmlEscape, isLineSeparator, isYamlEscape, quoteText } from '../../format/quote-text.ts';
import { writeJson, type Misfit } from '../../format/write-json.ts';
import { writeYaml } from '../../format/write-yaml.ts';
import { argOf, bytesArg, type Call, type TemplateFunction } from './call.ts';
import { readJson } from './read-json.ts';

const one = { min: 1, max: 1 };

/** Functions that write a value in some notation, or read it out of one. */
export const codeFunctions: Readonly<Record<string, TemplateFunction>> = {
  base64Encode: { ...one, run: (call) => encode(call, 'standard') },
  base64Decode: { ...one, run: (call) => decode(call, bytesArg(call, 0)) },
  base64URLEncode: { ...one, run: (call) => encode(call, 'url') },
  base64URLDecode: { ...one, run: decodeUrl },
  sprig_b64enc: { ...one, run: (call) => encode(call, 'standard') },
  sprig_b64dec: { ...one, run: (call) => decode(call, bytesArg(call, 0)) },
  toJSON: { ...one, run: (call) => toJson(call, { isHtml: true, indent: '' }) },
  toJSONPretty: { ...one, run: (call) => toJson(call, { isHtml: true, indent: '  ' }) },
  toUnescapedJSON: { ...one, run: (call) => toJson(call, { isHtml: false, indent: '' }) },
  toUnescapedJSONPretty: { ...one, run: (call) => toJson(call, { isHtml: false, indent: '  ' }) },
  toYAML: { ...one, run: toYaml },
  parseJSON: { ...one, run: (call) => readJson(call, bytesArg(call, 0)) },
  urlquery: { min: 1, max: 1, run: urlquery },
  sprig_squote: { ...one, run: singleQuote },
  sprig_quote: { ...one, run: doubleQuote },
};

function encode(call: Call, alphabet: Base64Alphabet): Plain {
  const bytes = bytesArg(call, 0);
  call.work.spend(bytes.length);
  return call.work.keep(encodeBase64(bytes, alphabet));
}

function decode(call: Call, bytes: Uint8Array): Plain {
  const decoded = decodeBase64(bytes);
  if (decoded === null) throw call.fault('takes base64 with its padding');
  return call.work.keep(decoded);
}

const lettersForUrls = new Map([
  [0x2d, 0x2b],
  [0x5f, 0x2f],
]);

/** The alphabet for URLs is the other one but for two letters. */
function decodeUrl(call: Call): Plain {
  const bytes = bytesArg(call, 0);
  if (bytes.includes(0x2b) || bytes.includes(0x2f)) throw call.fault('takes base64 for URLs');
  const swapped = call.work.keep(bytes.map((byte) => lettersForUrls.get(byte) ?? byte));
  return decode(call, swapped.bytes);
}

function toJson(
  call: Call,
  { isHtml, indent }: { readonly isHtml: boolean; readonly indent: string },
): Plain {
  const escapes = isHtml ? isHtmlEscape : isLineSeparator;
  return call.work.make((out) => {
    refuseMisfit(call, writeJson(out, argOf(call, 0), { escapes, isSorted: true, indent }));
  });
}

function toYaml(call: Call): Plain {
  return call.work.make((out) => {
    refuseMisfit(call, writeYaml(out, argOf(call, 0), { escapes: isYamlEscape, isSorted: true }));
  });
}

function refuseMisfit(call: Call, misfit: Misfit | null): void {
  if (misfit === null) return;
  const where = misfit.path.length === 0 ? 'its value' : `its value at ${misfit.path.join('.')}`;
  throw call.fault(`cannot write ${where}, which ${misfit.problem}`);
}

const unreserved = /^[A-Za-z0-9_.~-]$/u;

/** As `url.QueryEscape` of Go. */
function urlquery(call: Call): Plain {
  const bytes = bytesArg(call, 0);
  return call.work.make((out) => {
    for (const byte of bytes) {
      const letter = String.fromCharCode(byte);
      if (byte === 0x20) out.addText('+');
      else if (unreserved.test(letter)) out.addText(letter);
      else out.addText(`%${byte.toString(16).toUpperCase().padStart(2, '0')}`);
    }
  });
}

function singleQuote(call: Call): Plain {
  return call.work.make((out) => {
    out.addText("'");
    out.addBytes(bytesArg(call, 0));
    out.addText("'");
  });
}

/** Quoted as in JSON, which Go's `%q` is but for the escapes of control characters. */
function doubleQuote(call: Call): Plain {
  return call.work.make((out) => {
    if (!quoteText(out, bytesArg(call, 0), isYamlEscape)) throw call.fault('takes UTF-8 text');
  });
}
