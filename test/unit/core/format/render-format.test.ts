import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseEnv } from 'node:util';
import { parse as parseYaml } from 'yaml';
import { createByteBuilder } from '#core/format/byte-builder.ts';
import { plainNumber, toPlain, toPlainMap } from '#core/format/plain.ts';
import { maxRenderedBytes, refuseSize, refuseValue } from '#core/format/refuse.ts';
import { renderFormat } from '#core/format/render-format.ts';
import { isVariableName } from '#core/format/render-lines.ts';
import { renderDockerConfig } from '#core/format/render-login.ts';
import { fileFormats, type FileFormat } from '#core/injection/agent-plan.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { secretMapOf, secretMapOfBytes } from '#test/support/template/secret-map.ts';

const document =
  '{"b":"x<y","a":{"k":["1",2,null,{"z":true}],"e":[],"m":{}},"n":12345678901234567890,"t":"yes"}';

function render(format: FileFormat, json: string): string {
  return new TextDecoder().decode(renderFormat(format, secretMapOf(json)).expose());
}

/** Values as people and programs make them, awkward ones among them. */
const awkward = fc.string({
  unit: fc.constantFrom(...Array.from('aZ0 \'"\\$`#=:!\n\t\r\0é€😀\u2028\u0085,{}[]&*%@|>-')),
});

describe('formats', () => {
  it('write JSON in the order of the fields, numbers as they are', () => {
    expect(render('json', document)).toBe(`${document}\n`);
  });

  it('write YAML that an independent reader reads back', () => {
    const text = render('yaml', document);
    expect(text).toContain('\n  k:\n    - "1"\n    - 2\n    - null\n    - z: true\n');
    expect(parseYaml(text, { intAsBigInt: true })).toEqual({
      b: 'x<y',
      a: { k: ['1', 2n, null, { z: true }], e: [], m: {} },
      n: 12345678901234567890n,
      t: 'yes',
    });
    expect([render('yaml', '{}'), render('json', '{}'), render('env', '{}')]).toEqual([
      '{}\n',
      '{}\n',
      '',
    ]);
  });

  it('write properties in ASCII', () => {
    expect(render('properties', '{"a b":" x=y","c:d":"é\\n😀","n":1}')).toBe(
      'a\\ b=\\ x\\=y\nc\\:d=\\u00e9\\n\\ud83d\\ude00\nn=1\n',
    );
  });

  it('write one value raw, whatever its bytes', () => {
    const bytes = Uint8Array.of(0, 255, 10);
    expect([...renderFormat('raw', secretMapOfBytes('key', bytes)).expose()]).toEqual([0, 255, 10]);
    expect([render('raw', '{"a":true}'), render('raw', '{"a":5}')]).toEqual(['true', '5']);
  });

  it('write a login for container clients', () => {
    const text = render(
      'docker-config',
      '{"password":"p\\"w","username":"u","registry":"r.io","email":"e@x"}',
    );
    expect(JSON.parse(text)).toEqual({
      auths: { 'r.io': { username: 'u', password: 'p"w', email: 'e@x', auth: btoa('u:p"w') } },
    });
  });

  it('write no login in part', async () => {
    const out = createByteBuilder(1000, refuseSize);
    const fields = toPlainMap(secretMapOf('{"registry":"r","username":"u","password":null}'));
    await expectCode(() => renderDockerConfig(out, fields), 'MAYFLY_FORMAT_VALUE');
    expect(out.size).toBe(0);
  });

  it('write a netrc', () => {
    expect(render('netrc', '{"login":"u","password":"p","machine":"m.io","account":"a"}')).toBe(
      'machine m.io login u password p account a\n',
    );
    expect(render('netrc', '{"login":"u","password":"p","machine":"m"}')).toBe(
      'machine m login u password p\n',
    );
  });

  it('write env that a shell and Node read alike, or refuse', () => {
    fc.assert(
      fc.property(awkward, (value) => {
        const written = tryRender('env', { KEY: value, NEXT: 'b' });
        if (written !== null) expect(parseEnv(written)).toEqual({ KEY: value, NEXT: 'b' });
        else expect(value).toMatch(/[\r\0]|'[\s\S]*["$`\\]|["$`\\][\s\S]*'/u);
      }),
    );
  });

  it('write JSON, YAML and properties that read back to any text', () => {
    fc.assert(
      fc.property(fc.dictionary(awkward, awkward), (fields) => {
        expect(JSON.parse(tryRender('json', fields) ?? '')).toEqual(fields);
        expect(parseYaml(tryRender('yaml', fields) ?? '')).toEqual(fields);
        expect(parseProperties(tryRender('properties', fields) ?? '')).toEqual(fields);
      }),
    );
  });
});

describe('a value that a format cannot hold', () => {
  it.each<readonly [FileFormat, string, string]>([
    [
      'env',
      '{"K":"a\'b$"}',
      'the value of K cannot be written as env: it has both \' and one of " $ ` \\',
    ],
    [
      'env',
      '{"K":"a\\r"}',
      'the value of K cannot be written as env: it has a NUL or a carriage return',
    ],
    ['env', '{"K":null}', 'the value of K cannot be written as env: it is null'],
    ['env', '{"K":{}}', 'the value of K cannot be written as env: it is a map'],
    ['properties', '{"K":[]}', 'the value of K cannot be written as properties: it is a list'],
    ['raw', '{"K":{}}', 'the value of K cannot be written as raw: it is a map'],
    ['raw', '{"K":null}', 'the value of K cannot be written as raw: it is null'],
    [
      'netrc',
      '{"machine":"m","login":"a b","password":"p"}',
      'the value of login cannot be written as netrc: it has a space, a control character, a quote or a backslash',
    ],
    [
      'netrc',
      '{"machine":"m","login":"","password":"p"}',
      'the value of login cannot be written as netrc: it is empty',
    ],
    [
      'netrc',
      '{"machine":"m","login":"#a","password":"p"}',
      'the value of login cannot be written as netrc: it begins with #',
    ],
    [
      'docker-config',
      '{"registry":"r","username":"a:b","password":"p"}',
      'the value of username cannot be written as docker-config: it has a colon',
    ],
  ])('is refused by its key: %s %s', async (format, json, message) => {
    const error = await expectCode(() => render(format, json), 'MAYFLY_FORMAT_VALUE');
    expect(error.message).toBe(message);
  });

  it('is refused where it is no text', async () => {
    const fields = (): ReturnType<typeof secretMapOf> =>
      secretMapOfBytes('K', Uint8Array.of(0xc3, 0x28));
    for (const format of ['env', 'json', 'yaml', 'properties'] as const) {
      const error = await expectCode(() => renderFormat(format, fields()), 'MAYFLY_FORMAT_VALUE');
      expect(error.message).toContain('the value of K');
    }
  });

  it('is refused where it is an infinite number', async () => {
    const fields = secretMapOfBytes('K', new TextEncoder().encode('+Inf'));
    const entries = fields.entries.map((entry) =>
      entry.kind === 'entry' && entry.value.kind === 'value'
        ? { ...entry, value: { ...entry.value, type: 'float' as const } }
        : entry,
    );
    await expectCode(() => renderFormat('json', { kind: 'map', entries }), 'MAYFLY_FORMAT_VALUE');
  });

  it('is refused by name where the key is no name of a variable', async () => {
    const error = await expectCode(() => render('env', '{"a-b":"x"}'), 'MAYFLY_FORMAT_KEY');
    expect(error.message).toContain('a-b');
    expect(['A_1', '1A', '', 'a b'].map(isVariableName)).toEqual([true, false, false, false]);
  });

  it.each<readonly [FileFormat, string]>([
    ['raw', '{"a":"x","b":"y"}'],
    ['raw', '{}'],
    ['docker-config', '{"registry":"r","username":"u"}'],
    ['docker-config', '{"registry":"r","username":"u","password":"p","other":"o"}'],
    ['netrc', '{"login":"u"}'],
  ])('is missed in %s of %s', async (format, json) => {
    await expectCode(() => render(format, json), 'MAYFLY_FORMAT_FIELDS');
  });

  it('is refused where the file would be too large', async () => {
    const fields = secretMapOfBytes('K', new Uint8Array(maxRenderedBytes + 1).fill(97));
    await expectCode(() => renderFormat('raw', fields), 'MAYFLY_FORMAT_TOO_LARGE');
    expect(refuseSize().code).toBe('MAYFLY_FORMAT_TOO_LARGE');
  });

  it('never shows itself in a message', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fileFormats), fc.uint8Array(), (format, bytes) => {
        const secret = new Uint8Array([...new TextEncoder().encode("hunter2'$"), ...bytes]);
        try {
          renderFormat(format, secretMapOfBytes('KEY', secret));
        } catch (error) {
          expect(JSON.stringify(error)).not.toContain('hunter2');
          expect(JSON.stringify(error)).toContain('MAYFLY_FORMAT');
        }
      }),
    );
    expect(refuseValue('json', 'k', 'is odd').message).toContain('it is odd');
  });
});

it('plain values leave comments out and name what is null', () => {
  expect(toPlain({ kind: 'null' }, 'x')).toEqual({ kind: 'nil', name: 'x' });
  expect(new TextDecoder().decode(plainNumber(7).bytes)).toBe('7');
});

function tryRender(format: FileFormat, fields: Readonly<Record<string, string>>): string | null {
  try {
    return render(format, JSON.stringify(fields));
  } catch {
    return null;
  }
}

/** As `java.util.Properties` reads. */
function parseProperties(text: string): Record<string, string> {
  const pairs = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): [string, string] => {
      const match = /^((?:\\.|[^\\=])*)=(.*)$/u.exec(line);
      return [unescapeProperty(match?.[1] ?? ''), unescapeProperty(match?.[2] ?? '')];
    });
  return Object.fromEntries(pairs);
}

function unescapeProperty(text: string): string {
  const named: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f' };
  return text.replaceAll(/\\(?:u([0-9a-f]{4})|(.))/gu, (_, code?: string, letter = '') =>
    code === undefined
      ? (named[String(letter)] ?? String(letter))
      : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
