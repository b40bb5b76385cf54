import { describe, expect, it } from '@jest/globals';
import type { ErrorCode } from '#core/errors/catalogue.ts';
import { expectCode } from '#test/support/expect-code.ts';
import {
  openVector,
  readVector,
  readVectors,
  readable,
  sopsDecryptor,
  vectorKey,
} from '#test/support/sops/vectors.ts';

/** Whole documents of it are plain and so, by its own choice, protected by nothing. */
const unprotected = 'documents-mac-only.enc.yaml';
const protectedVectors = readVectors().filter(({ path }) => path !== unprotected);

const rules = readVector('default-rule.enc.yaml').encrypted.toString();
const typesPlain = readVector('types-plain.enc.yaml').encrypted.toString();
const regex = readVector('encrypted-regex.enc.yaml').encrypted.toString();
const json = readVector('default-rule.enc.json').encrypted.toString();
const dotenv = readVector('default-rule.enc.env').encrypted.toString();
const ini = readVector('default-rule.enc.ini').encrypted.toString();
const macOnly = readVector('mac-only-encrypted.enc.yaml').encrypted.toString();

function lineOf(text: string, key: string): string {
  const line = text.split('\n').find((candidate) => candidate.trimStart().startsWith(`${key}:`));
  if (line === undefined) throw new Error(`no ${key}`);
  return line;
}

function valueOf(text: string, key: string): string {
  return lineOf(text, key).split(': ').slice(1).join(': ');
}

function swap(text: string, one: string, other: string): string {
  return text.replace(one, '\u0000').replace(other, one).replace('\u0000', other);
}

interface Tampering {
  readonly what: string;
  readonly path: string;
  readonly text: string;
  readonly code: ErrorCode;
}

const tamperings: readonly Tampering[] = [
  {
    what: 'a value removed',
    path: 'a.yaml',
    text: rules.replace(`${lineOf(rules, 'port')}\n`, ''),
    code: 'MAYFLY_SOPS_MAC_MISMATCH',
  },
  {
    what: 'two values swapped',
    path: 'a.yaml',
    text: swap(rules, valueOf(rules, 'name'), valueOf(rules, 'secret_key')),
    code: 'MAYFLY_SOPS_VALUE',
  },
  {
    what: 'two entries reordered',
    path: 'a.yaml',
    text: swap(rules, lineOf(rules, 'name'), lineOf(rules, 'secret_key')),
    code: 'MAYFLY_SOPS_MAC_MISMATCH',
  },
  {
    what: 'the items of a list reordered',
    path: 'a.json',
    text: swapListItems(),
    code: 'MAYFLY_SOPS_MAC_MISMATCH',
  },
  {
    what: 'a value put under another key',
    path: 'a.yaml',
    text: rules.replace('name: ENC', 'title: ENC'),
    code: 'MAYFLY_SOPS_VALUE',
  },
  {
    what: 'an encrypted value replaced by a plain one',
    path: 'a.yaml',
    text: rules.replace(valueOf(rules, 'secret_key'), 'planted'),
    code: 'MAYFLY_SOPS_VALUE_PLAIN',
  },
  {
    what: 'an encrypted value replaced by a number',
    path: 'a.yaml',
    text: rules.replace(valueOf(rules, 'secret_key'), '7'),
    code: 'MAYFLY_SOPS_VALUE_PLAIN',
  },
  {
    what: 'a plain value changed',
    path: 'a.yaml',
    text: regex.replace('name: app', 'name: apx'),
    code: 'MAYFLY_SOPS_MAC_MISMATCH',
  },
  {
    what: 'the type of a plain value changed',
    path: 'a.yaml',
    text: typesPlain.replace('grouped: 1000', 'grouped: 1000.5'),
    code: 'MAYFLY_SOPS_MAC_MISMATCH',
  },
  {
    what: 'the MAC removed',
    path: 'a.yaml',
    text: rules.replace(`${lineOf(rules, 'mac')}\n`, ''),
    code: 'MAYFLY_SOPS_MAC_MISSING',
  },
  {
    what: 'the MAC emptied',
    path: 'a.yaml',
    text: rules.replace(valueOf(rules, 'mac'), '""'),
    code: 'MAYFLY_SOPS_MAC_MISSING',
  },
  {
    what: 'the MAC of another file',
    path: 'a.yaml',
    text: rules.replace(valueOf(rules, 'mac'), valueOf(regex, 'mac')),
    code: 'MAYFLY_SOPS_MAC_MISMATCH',
  },
  {
    what: 'the MAC cut',
    path: 'a.yaml',
    text: rules.replace(valueOf(rules, 'mac'), valueOf(rules, 'mac').slice(0, -30)),
    code: 'MAYFLY_SOPS_MAC_MISMATCH',
  },
  {
    what: 'the MAC in plain',
    path: 'a.yaml',
    text: rules.replace(valueOf(rules, 'mac'), 'A'.repeat(128)),
    code: 'MAYFLY_SOPS_MAC_MISMATCH',
  },
  {
    what: 'another time of change',
    path: 'a.yaml',
    text: rules.replace(/lastmodified: "2/u, 'lastmodified: "3'),
    code: 'MAYFLY_SOPS_MAC_MISMATCH',
  },
  {
    what: 'a tag shortened to four bytes',
    path: 'a.yaml',
    text: shortenTag(rules),
    code: 'MAYFLY_SOPS_VALUE',
  },
  {
    what: 'text behind an encrypted value',
    path: 'a.yaml',
    text: rules.replace(/type:str\]\n/u, 'type:str]x\n'),
    code: 'MAYFLY_SOPS_VALUE_PLAIN',
  },
  {
    what: 'base64 that is not canonical',
    path: 'a.json',
    text: json.replace(/data:([\w+/]+=*),/u, 'data:$1=,'),
    code: 'MAYFLY_SOPS_VALUE',
  },
  {
    what: 'an unknown type',
    path: 'a.yaml',
    text: rules.replace('type:str]', 'type:ref]'),
    code: 'MAYFLY_SOPS_VALUE_PLAIN',
  },
  {
    what: 'a text that claims to be a number',
    path: 'a.yaml',
    text: rules.replace('type:str]', 'type:int]'),
    code: 'MAYFLY_SOPS_VALUE',
  },
  {
    what: 'a value that claims to be a comment',
    path: 'a.yaml',
    text: rules.replace('type:str]', 'type:comment]'),
    code: 'MAYFLY_SOPS_VALUE',
  },
  {
    what: 'a key twice',
    path: 'a.yaml',
    text: rules.replace(
      lineOf(rules, 'name'),
      `${lineOf(rules, 'name')}\n${lineOf(rules, 'name')}`,
    ),
    code: 'MAYFLY_YAML_DUPLICATE_KEY',
  },
  {
    what: 'a key twice in JSON',
    path: 'a.json',
    text: json.replace('{', '{"b": "x",'),
    code: 'MAYFLY_SOPS_DUPLICATE_KEY',
  },
  {
    what: 'a key twice in dotenv',
    path: 'a.env',
    text: `A=1\n${dotenv}`,
    code: 'MAYFLY_SOPS_DUPLICATE_KEY',
  },
  {
    what: 'a section twice in INI',
    path: 'a.ini',
    text: `[second]\n${ini}`,
    code: 'MAYFLY_SOPS_DUPLICATE_KEY',
  },
  {
    what: 'the rule changed so that values stay encrypted',
    path: 'a.yaml',
    text: regex.replace(lineOf(regex, 'encrypted_regex'), '    encrypted_regex: ^none$'),
    code: 'MAYFLY_SOPS_MAC_MISMATCH',
  },
  {
    what: 'the rule changed so that plain values count as encrypted',
    path: 'a.yaml',
    text: regex.replace(lineOf(regex, 'encrypted_regex'), '    encrypted_regex: .*'),
    code: 'MAYFLY_SOPS_VALUE_PLAIN',
  },
  {
    what: 'two rules',
    path: 'a.yaml',
    text: regex.replace('    version:', '    encrypted_suffix: _x\n    version:'),
    code: 'MAYFLY_SOPS_METADATA',
  },
  {
    what: 'a rule that is no pattern',
    path: 'a.yaml',
    text: regex.replace(lineOf(regex, 'encrypted_regex'), '    encrypted_regex: a(?=b)'),
    code: 'MAYFLY_SOPS_PATTERN',
  },
  {
    what: 'mac_only_encrypted removed',
    path: 'a.yaml',
    text: macOnly.replace(`${lineOf(macOnly, 'mac_only_encrypted')}\n`, ''),
    code: 'MAYFLY_SOPS_MAC_MISMATCH',
  },
  {
    what: 'mac_only_encrypted added',
    path: 'a.yaml',
    text: rules.replace('    version:', '    mac_only_encrypted: true\n    version:'),
    code: 'MAYFLY_SOPS_MAC_MISMATCH',
  },
  {
    what: 'the metadata removed',
    path: 'a.yaml',
    text: rules.slice(0, rules.indexOf('sops:')),
    code: 'MAYFLY_SOPS_METADATA',
  },
  {
    what: 'metadata that is no map',
    path: 'a.yaml',
    text: `${rules.slice(0, rules.indexOf('sops:'))}sops: 1\n`,
    code: 'MAYFLY_SOPS_METADATA',
  },
  {
    what: 'no recipient left',
    path: 'a.yaml',
    text: rules.replace(/ {4}age:\n(?: {8}.*\n| {10}.*\n)+/u, '    age: []\n'),
    code: 'MAYFLY_SOPS_METADATA',
  },
  {
    what: 'a wrapped key damaged',
    path: 'a.yaml',
    text: rules.replace(/\n( {12})[\w+/]{10}/u, '\n$1AAAAAAAAAA'),
    code: 'MAYFLY_AGE_KEY_MALFORMED',
  },
  { what: 'truncated JSON', path: 'a.json', text: json.slice(0, 900), code: 'MAYFLY_SOPS_SYNTAX' },
  { what: 'JSON with a tail', path: 'a.json', text: `${json}{}`, code: 'MAYFLY_SOPS_SYNTAX' },
  {
    what: 'a dotenv line without a key',
    path: 'a.env',
    text: `broken\n${dotenv}`,
    code: 'MAYFLY_SOPS_SYNTAX',
  },
  {
    what: 'YAML of another kind',
    path: 'a.yaml',
    text: `[sops\n${rules}`,
    code: 'MAYFLY_YAML_SYNTAX',
  },
  {
    what: 'a number as a key',
    path: 'a.yaml',
    text: `1: ${rules}`,
    code: 'MAYFLY_YAML_SYNTAX',
  },
  {
    what: 'an unquoted number as a key',
    path: 'a.yaml',
    text: rules.replace('name: ENC', '1: ENC'),
    code: 'MAYFLY_YAML_UNSUPPORTED',
  },
];

function swapListItems(): string {
  const items = json.match(/"ENC\[[^\]]+type:str\]",\n\t\t"ENC\[[^\]]+\]"/u)?.[0] ?? '';
  const [first = '', second = ''] = items.split(',\n\t\t');
  return json.replace(items, `${second},\n\t\t${first}`);
}

function shortenTag(text: string): string {
  return text.replace(/tag:([\w+/=]+)/u, (_, tag: string) => {
    const short = Buffer.from(tag, 'base64').subarray(0, 4).toString('base64');
    return `tag:${short}`;
  });
}

describe('a file that was changed without sops', () => {
  it.each(tamperings)('is refused: $what', async ({ path, text, code }) => {
    const action = openVector({ path, encrypted: Buffer.from(text), keys: [vectorKey('one')] });
    const error = await expectCode(action, code);
    expect(error.message).toContain(code.startsWith('MAYFLY_AGE') ? 'age1' : path);
  });

  it.each(protectedVectors)(
    'is refused wherever it is cut, or nothing is missing: $path',
    async (vector) => {
      const whole = readable(await openVector(vector));
      const { length } = vector.encrypted;
      for (let part = 1; part < 40; part += 1) {
        const encrypted = vector.encrypted.subarray(0, Math.floor((length * part) / 40));
        const opened = await openOrRefuse({ ...vector, encrypted });
        expect(opened ?? whole).toEqual(whole);
      }
    },
  );

  it('is refused for a key that is not its own', async () => {
    const vector = { ...readVector('default-rule.enc.yaml'), keys: [vectorKey('stranger')] };
    const error = await expectCode(openVector(vector), 'MAYFLY_SOPS_NO_KEY');
    expect(error.message).toMatch(
      /^none of the given keys opens default-rule\.enc\.yaml; .* age1/u,
    );
  });

  it('is refused without any key', async () => {
    const vector = { ...readVector('default-rule.enc.yaml'), keys: [] };
    await expectCode(openVector(vector), 'MAYFLY_SOPS_NO_KEY');
  });

  it.each([['one'], ['one', 'stranger']])(
    'is refused with too few groups: %s',
    async (...names) => {
      const vector = readVector('shamir-2-of-3.enc.yaml');
      const keys = names.map((name) => vectorKey(name));
      const error = await expectCode(openVector({ ...vector, keys }), 'MAYFLY_SOPS_KEY_GROUPS');
      expect(error.message).toContain('open 1 of the 2 key groups');
    },
  );

  it('is refused when the threshold is lowered', async () => {
    const vector = readVector('shamir-2-of-3.enc.yaml');
    const text = vector.encrypted.toString().replace('shamir_threshold: 2', 'shamir_threshold: 1');
    const encrypted = Buffer.from(text);
    await expectCode(
      openVector({ ...vector, encrypted, keys: [vectorKey('one')] }),
      'MAYFLY_SOPS_KEY_GROUPS',
    );
  });
});

/** Null when it is refused. A cut may take all traces of encryption: no decryptor opens such a file. */
async function openOrRefuse(
  vector: Parameters<typeof openVector>[0],
): Promise<ReturnType<typeof readable> | null> {
  const file = { path: vector.path, bytes: vector.encrypted };
  try {
    const opened = await sopsDecryptor.decrypt(file, vector.keys, AbortSignal.timeout(20_000));
    return opened === null ? null : readable(opened);
  } catch {
    return null;
  }
}
