import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import { evaluatePipeline } from '#core/template/evaluate.ts';
import { faultAt } from '#core/template/fault.ts';
import { functionNames } from '#core/template/functions/function-list.ts';
import { parseTemplate } from '#core/template/parse-template.ts';
import { renderTemplate } from '#core/template/render-template.ts';
import { createWork } from '#core/template/work.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { secretMapOf, secretMapOfBytes } from '#test/support/template/secret-map.ts';
import { render, unversioned, versioned } from '#test/support/template/render.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';

const root = '{"user":"app","password":"hunter2","none":null,"list":["a"],"map":{"k":"v"},"n":5}';

describe('a field without a value', () => {
  it.each([
    ['{{ .missing }}', '.missing has no value'],
    ['{{ .none }}', 'none has no value'],
    ['{{ .map.a.b }}', '.map.a has no value'],
    ['{{ .missing | toUpper }}', '.missing has no value'],
    ['{{ len .missing }}', '.missing has no value'],
    ['{{ index .missing "a" }}', '.missing has no value'],
    ['{{ index .map "a" }}', 'the key that index names has no value'],
    ['{{ join "," .missing }}', '.missing has no value'],
    ['{{ contains "a" .missing }}', '.missing has no value'],
    ['{{ sprig_hasKey .missing "a" }}', '.missing has no value'],
    ['{{ sprig_coalesce .missing "" }}', 'what sprig_coalesce got has no value'],
    ['{{ .constructor }}', '.constructor has no value'],
    ['{{ .__proto__ }}', '.__proto__ has no value'],
    ['{{ index . "__proto__" }}', 'the key that index names has no value'],
    ['{{ .map.toString }}', '.map.toString has no value'],
  ])('is an error where it is needed: %s', async (text, message) => {
    const error = await expectCode(() => render(`\n${text}`, { root }), 'MAYFLY_TEMPLATE_MISSING');
    expect(error.message).toContain(`template app.conf at 2:`);
    expect(error.message).toContain(message);
  });

  it('may be asked for', () => {
    const text =
      '{{ if .missing }}a{{ else }}b{{ end }}{{ with .none }}a{{ else }}c{{ end }}{{ range .missing }}a{{ else }}d' +
      '{{ end }}{{ .missing | sprig_default "e" }}{{ or .missing "f" }}{{ not .none }}{{ eq .missing nil }}';
    expect(render(text, { root })).toBe('bcdeftruetrue');
  });

  it('is everything where there is nothing', async () => {
    await expectCode(() => render('{{ .user }}'), 'MAYFLY_TEMPLATE_MISSING');
    await expectCode(() => render('{{ $ }}'), 'MAYFLY_TEMPLATE_MISSING');
  });
});

describe('a value of the wrong kind', () => {
  it.each([
    ['{{ .map }}', 'the value is a map: name one of its values, or write all of it with toJSON'],
    ['{{ .list }}', 'the value is a list'],
    ['{{ .user.x }}', '.user.x is looked for in a text, which has no fields'],
    ['{{ range .user }}{{ end }}', 'range takes a list or a map, not a text'],
  ])('is told: %s', async (text, message) => {
    const error = await expectCode(() => render(text, { root }), 'MAYFLY_TEMPLATE_VALUE');
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('hunter2');
  });
});

describe('secrets of a store', () => {
  it('look as in the agent of Vault', () => {
    const lease = { id: 'database/creds/a/1', durationMs: 3_600_500, renewable: true };
    const secrets = {
      kv: versioned('{"a":"1"}'),
      db: { ...unversioned('{"username":"u"}'), lease },
    };
    const text =
      '{{ with secret "kv" }}{{ .Data.data.a }} {{ .Data.metadata.version }} {{ .LeaseDuration }}{{ .Renewable }}{{ end }} ' +
      '{{ with secret "db" }}{{ .Data.username }} {{ .LeaseID }} {{ .LeaseDuration }} {{ .Renewable }}{{ end }}';
    expect(render(text, { secrets })).toBe('1 3 0false u database/creds/a/1 3600 true');
  });

  it('must all be handed over', async () => {
    await expectCode(() => render('{{ secret "a" }}'), 'MAYFLY_INTERNAL_BUG');
  });

  it('are texts of any bytes', () => {
    const template = parseTemplate({ name: 'a', text: '{{ .k }}{{ .k | base64Encode }}' });
    const bytes = Uint8Array.of(0xff, 0x00);
    const made = renderTemplate(template, {
      root: secretMapOfBytes('k', bytes),
      secrets: new Map(),
    });
    expect([...made.expose()]).toEqual([0xff, 0, ...new TextEncoder().encode('/wA=')]);
  });

  it('leave nothing behind, whether it works or not', async () => {
    const unwiped = trackSecrets();
    const template = parseTemplate({ name: 'a', text: '{{ .password | toUpper }}{{ .missing }}' });
    const document = secretMapOf(root);
    await expectCode(
      () => renderTemplate(template, { root: document, secrets: new Map() }),
      'MAYFLY_TEMPLATE_MISSING',
    );
    // What is left are the five values of the document itself.
    expect(unwiped()).toBe(5);
  });
});

describe('a template that costs too much', () => {
  it.each([
    [
      '{{ range $a := split "," .csv }}{{ range split "," $.csv }}x{{ end }}{{ end }}',
      '100000 rendered nodes',
    ],
    [
      '{{ $x := .csv }}{{ range split "," .csv }}{{ $x = print $x $x }}{{ end }}',
      'bytes made by functions',
    ],
    ['{{ range split "," .csv }}{{ $.big }}{{ end }}', '1048576 bytes of output'],
  ])('is stopped: %s', async (text, limit) => {
    const fields = JSON.stringify({ csv: 'a,'.repeat(400), big: 'b'.repeat(10_000) });
    const error = await expectCode(() => render(text, { root: fields }), 'MAYFLY_TEMPLATE_LIMIT');
    expect(error.message).toContain(limit);
  });

  it('counts what it makes without a builder', async () => {
    const work = createWork({ name: 'a', text: '' });
    await expectCode(() => work.spend(20_000_000), 'MAYFLY_TEMPLATE_LIMIT');
    const kept = createWork({ name: 'a', text: '' }).keep(Uint8Array.of(1));
    expect([...kept.bytes]).toEqual([1]);
  });
});

describe('any template at all', () => {
  const marks = [
    '{{',
    '}}',
    '{{-',
    '-}}',
    ' ',
    '\n',
    '|',
    '(',
    ')',
    ':=',
    '=',
    ',',
    '.',
    '$',
    '$x',
    '"',
    '`',
  ];
  const words = [
    '/*',
    '*/',
    'if',
    'else',
    'end',
    'with',
    'range',
    'break',
    'true',
    'nil',
    '5',
    '-1',
    '.map',
    '"%s"',
  ];
  const piece = fc.constantFrom(...marks, ...words, ...functionNames.map((name) => ` ${name} `));
  const action = fc
    .tuple(
      fc.constantFrom(...functionNames, 'if', 'with', 'range', 'end'),
      fc.array(
        fc.constantFrom(
          '.password',
          '.map',
          '.list',
          '.n',
          '"a"',
          '5',
          '-1',
          '$',
          '.',
          'true',
          '.none',
        ),
        { maxLength: 3 },
      ),
    )
    .map(([name, args]) => `{{ ${[name, ...args].join(' ')} }}`);

  it.each([
    ['tokens', fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''))],
    ['actions', fc.array(action, { maxLength: 4 }).map((actions) => actions.join(''))],
    ['text', fc.string({ unit: 'binary' }).map((text) => `{{${text}}}`)],
  ])('of %s renders or is refused by a code that quotes no value', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        try {
          render(text, { root });
        } catch (error) {
          if (!isMayflyError(error)) throw error;
          expect(error.code).toMatch(/^MAYFLY_TEMPLATE_|^MAYFLY_INTERNAL_BUG$/u);
          if (error.code === 'MAYFLY_INTERNAL_BUG') expect(text).toContain('secret');
          expect(JSON.stringify(error)).not.toContain('hunter2');
        }
      }),
      { numRuns: 1000 },
    );
  });
});

it('a pipeline has the value of its last command', () => {
  const template = parseTemplate({ name: 'a', text: '{{ "a" | toUpper }}' });
  const [node] = template.nodes;
  const run = { template, work: createWork(template), secrets: new Map(), slots: [] };
  const nothing = { kind: 'nil', name: '.' } as const;
  const value = node?.kind === 'output' ? evaluatePipeline(run, node.pipeline, nothing) : null;
  expect(value).toEqual({ kind: 'text', bytes: new TextEncoder().encode('A') });
});

it('faults count lines and columns from one', () => {
  const error = faultAt(
    'MAYFLY_TEMPLATE_SYNTAX',
    { name: 'a', text: 'x\ny' },
    { at: 2, problem: 'p' },
  );
  expect(error.message).toBe('template a at 2:1: p');
});
