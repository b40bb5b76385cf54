import { describe, expect, it } from '@jest/globals';
import { createAnnotationReader } from '#core/injection/annotations/annotation-reader.ts';
import { annotationTable, prefix } from '#core/injection/annotations/annotation-table.ts';
import { parseAnnotations } from '#core/injection/annotations/parse-annotations.ts';
import { readFiles } from '#core/injection/annotations/read-files.ts';
import * as values from '#core/injection/annotations/values.ts';

function own(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [`${prefix}${name}`, value]),
  );
}

describe('the annotations of a pod', () => {
  it('are all read into one request', () => {
    const { value, errors } = parseAnnotations(
      own({
        inject: 'sidecar',
        'secret.db': 'kv/db#user',
        'env.DB': 'kv/db#user@2',
        'optional.DB': 'true',
        containers: 'app, web',
        'on-change': 'signal:USR1',
        ttl: '1h',
        'files-path': '/vault/secrets',
        order: 'first',
        'resources.limits.cpu': '100m',
        'log-level': 'debug',
      }),
      'vault',
    );
    expect(errors).toEqual([]);
    expect(value).toMatchObject({
      mode: 'sidecar',
      containers: ['app', 'web'],
      store: 'vault',
      onChange: { kind: 'signal', signal: 'SIGUSR1' },
      ttlMs: 3_600_000,
      resources: { requests: {}, limits: { cpu: '100m' } },
      logLevel: 'debug',
      filesPath: '/vault/secrets',
      order: 'first',
    });
    expect([...value.variables]).toEqual([
      ['DB', { store: 'vault', path: 'kv/db', key: 'user', version: '2' }],
    ]);
    expect([...value.optional]).toEqual(['DB']);
  });

  it('of others are not looked at', () => {
    const { value, errors } = parseAnnotations({ 'example.com/inject': 'x' }, null);
    expect(errors).toEqual([]);
    expect(value).toMatchObject({ mode: 'init', files: [], order: 'before' });
  });

  it('are documented, each once', () => {
    const names = annotationTable.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(annotationTable.every(({ takes, meaning }) => takes !== '' && meaning !== '')).toBe(
      true,
    );
  });

  it('are read in the order of their names, whatever order they come in', () => {
    const reader = createAnnotationReader(own({ 'secret.b': 'kv/b', 'secret.a': 'kv/a' }));
    expect([...reader.readAll('secret', values.valid).keys()]).toEqual(['a', 'b']);
    expect(reader.read('ttl', values.parseTtl)).toBeNull();
    expect(reader.errors).toEqual([]);
  });
});

describe('the files of a pod', () => {
  it('are raw where one key is read or a template writes, and json else', () => {
    const reader = createAnnotationReader(
      own({
        'secret.a': 'kv/a',
        'secret.b': 'kv/b#k',
        'template.c': '{{ with secret "kv/c" }}{{ end }}',
      }),
    );
    const files = readFiles(reader, 'vault');
    expect(files.map(({ name, format }) => [name, format])).toEqual([
      ['a', 'json'],
      ['b', 'raw'],
      ['c', 'raw'],
    ]);
  });

  it('know every store that they are made from', () => {
    const template =
      '{{ with secret "cluster/other:kv/c" }}{{ end }}{{ with secret "kv/d" }}{{ end }}';
    const reader = createAnnotationReader(
      own({ 'template.c': template, 'secret.c': 'cluster/own:kv/a' }),
    );
    expect(readFiles(reader, 'vault')).toMatchObject([
      { store: 'cluster/own', stores: ['cluster/own', 'cluster/other'] },
    ]);
  });
});

describe('thousands of annotations that are wrong', () => {
  const numbers = Array.from({ length: 3_000 }, (_, index) => String(index).padStart(60, 'x'));
  const ofAll = (family: string): Record<string, string> =>
    own(Object.fromEntries(numbers.map((number) => [`${family}${number}`, 'kv/a'])));

  it('are told one by one up to a number that somebody reads', () => {
    const { errors } = createAnnotationReader(ofAll('unknown-'));
    expect(errors).toHaveLength(100);
  });

  it('are all told where they belong to no file, with what was meant for a few', () => {
    const paths = ofAll('path.a');
    const { errors } = parseAnnotations({ ...ofAll('secret.b'), ...paths }, 'vault');
    expect(new Set(errors.map(({ code }) => code))).toEqual(
      new Set(['MAYFLY_POD_ANNOTATION_INVALID']),
    );
    expect(errors).toHaveLength(3_000);
    const withNearest = errors.filter(({ message }) => message.includes('did you mean path.b'));
    expect(withNearest).toHaveLength(3);
  });
});

describe('the values of annotations', () => {
  it('name variables of letters, digits and underscores, 128 at most', () => {
    const names = ['A', '_a1', 'a'.repeat(128), '', '1A', 'A-B', 'A.B', 'é', 'a'.repeat(129)];
    expect(names.filter(values.isVariable)).toEqual(['A', '_a1', 'a'.repeat(128)]);
  });

  it('are parsed', () => {
    expect(values.parseMode('0440')).toEqual(values.valid(0o440));
    expect(values.parseMode('640')).toEqual(values.valid(0o640));
    expect(values.parseTtl('90s')).toEqual(values.valid(90_000));
    expect(values.parseFilePath('a/b.c')).toEqual(values.valid('a/b.c'));
    expect(values.parseFolder('/run/x')).toEqual(values.valid('/run/x'));
    expect(values.parseFolder('/etc/app')).toMatchObject({ kind: 'invalid' });
    expect(values.parseNames('a,b')).toEqual(values.valid(['a', 'b']));
    expect(values.parseChange('none')).toEqual(values.valid({ kind: 'none' }));
    expect(values.parseWord('x', ['x', 'y'])).toEqual(values.valid('x'));
  });

  it.each(['', '/', '/x/', '/x/../y', 'x', '/proc', '/proc/self', '/x:y', '/..data'])(
    'are refused as the folder of files: %j',
    (text) => {
      expect(values.parseFolder(text).kind).toBe('invalid');
    },
  );

  it.each(['', '1777', '8', '0o44', '+44'])('are refused as a mode: %j', (text) => {
    expect(values.parseMode(text)).toEqual(
      values.invalid('must be an octal mode of three digits such as 0440'),
    );
  });
});
