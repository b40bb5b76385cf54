import { describe, expect, it } from '@jest/globals';
import {
  checkStoreAddress,
  matchStoreEntry,
  parseStoreAddress,
  parseStoreEntry,
  type StoreHost,
} from '#core/store/store-address.ts';
import { expectCode } from '#test/support/expect-code.ts';

function host(text: string): StoreHost {
  const parsed = parseStoreAddress(text);
  if (parsed === null) throw new Error(`${text} is no address`);
  return parsed;
}

function entry(text: string): StoreHost {
  const parsed = parseStoreEntry(text);
  if (parsed === null) throw new Error(`${text} is no entry`);
  return parsed;
}

describe('the address of a store', () => {
  it.each([
    ['https://vault.example.com', 'vault.example.com', 443],
    ['https://vault.example.com:8200', 'vault.example.com', 8200],
    ['https://10.0.0.7:8200', '10.0.0.7', 8200],
    ['https://[fd00::7]:8200', 'fd00::7', 8200],
  ])('is read from %s', (text, name, port) => {
    expect(parseStoreAddress(text)).toEqual({ host: name, port });
  });

  it.each([
    'http://vault.example.com',
    'https://vault.example.com/',
    'https://vault.example.com/v1',
    'https://vault.example.com:443',
    'https://vault.example.com?x',
    'https://vault.example.com#x',
    'https://user@vault.example.com',
    'https://user:word@vault.example.com',
    'https://Vault.example.com',
    'https://vault.example.com.',
    'https://*.example.com',
    'https://',
    'vault.example.com',
    'https://vault.example.com:99999',
    'https://vault example.com',
    'https:\\\\vault.example.com',
  ])('is not read from %s', (text) => {
    expect(parseStoreAddress(text)).toBeNull();
  });
});

/** Ways to write addresses of metadata services and of this machine. */
const disguises = [
  'https://2852039166',
  'https://0xa9fea9fe',
  'https://0xA9.0xFE.0xA9.0xFE',
  'https://0251.0376.0251.0376',
  'https://169.254.43518',
  'https://169.16689662',
  'https://169.254.169.254.',
  'https://169.254.169.254:443',
  'https://169。254。169。254',
  'https://①⑥⑨.②⑤④.①⑥⑨.②⑤④',
  'https://169.254.169.0xfe',
  'https://00000251.0376.000251.0000376',
  'https://%31%36%39.254.169.254',
  'https://169.254.169.254%2f',
  'https://user@169.254.169.254',
  'https://vault.example.com@169.254.169.254',
  'https://169.254.169.254#vault.example.com',
  'https://169.254.169.254?vault.example.com',
  'https://169.254.169.254\\@vault.example.com',
  'https://[::ffff:169.254.169.254]',
  'https://[0:0:0:0:0:ffff:a9fe:a9fe]',
  'https://[::FFFF:a9fe:a9fe]',
  'https://[fd00:ec2:0:0:0:0:0:254]',
  'https://[fd00:EC2::254]',
  'https://[fe80::1%25eth0]',
  'https://127.1',
  'https://0177.0.0.1',
  'https://0x7f.1',
  'https://2130706433',
  'https://0',
  'https://[0:0:0:0:0:0:0:1]',
  'https://127.0.0.1\u0000.example.com',
];

describe('an address in disguise', () => {
  it.each(disguises)('is no address of a store: %j', (text) => {
    expect(parseStoreAddress(text)).toBeNull();
    expect(parseStoreEntry(text)).toBeNull();
  });
});

describe('an entry of an administrator', () => {
  it.each([
    ['https://vault.example.com', 'https://vault.example.com', true],
    ['https://vault.example.com', 'https://vault.example.com:8200', false],
    ['https://vault.example.com:8200', 'https://vault.example.com:8200', true],
    ['https://*.example.com:8200', 'https://a.b.example.com:8200', true],
    ['https://*.example.com', 'https://example.com', false],
    ['https://*.example.com', 'https://badexample.com', false],
    ['https://vault.example.com', 'https://vault.example.com.evil.test', false],
  ])('%s and %s: %s', (text, address, isNamed) => {
    expect(matchStoreEntry(entry(text), host(address))).toBe(isNamed);
  });

  it.each(['https://*', 'https://*.', 'https://a.*.com', 'https://*.example.com/x'])(
    'is not read from %s',
    (text) => {
      expect(parseStoreEntry(text)).toBeNull();
    },
  );
});

describe('what a store resolves to', () => {
  function dial(
    address: string,
    entries: readonly string[],
  ): Parameters<typeof checkStoreAddress>[0] {
    return { store: 'vault', host: host(address), entries: entries.map(entry) };
  }

  it.each([
    ['https://vault.test', ['https://*.test'], '1.2.3.4'],
    ['https://vault.test', ['https://vault.test'], '10.0.0.7'],
    ['https://vault.test', ['https://vault.test'], '127.0.0.1'],
    ['https://169.254.169.254', ['https://169.254.169.254'], '169.254.169.254'],
  ])('%s by %j may be %s', (address, entries, resolved) => {
    expect(() => checkStoreAddress(dial(address, entries), resolved)).not.toThrow();
  });

  it.each([
    ['https://*.test', '10.0.0.7', 'private'],
    ['https://*.test', '::1', 'loopback'],
    ['https://vault.test', '169.254.169.254', 'metadata'],
    ['https://vault.test', '::ffff:169.254.169.254', 'metadata'],
    ['https://vault.test', '64:ff9b::a9fe:a9fe', 'metadata'],
    ['https://vault.test', '169.254.1.1', 'link-local'],
    ['https://vault.test', 'fe80::1', 'link-local'],
    ['https://vault.test', '0.0.0.0', 'unspecified'],
    ['https://vault.test', 'what is this', 'reserved'],
  ])('by %s may not be %s (%s)', async (text, resolved, range) => {
    const error = await expectCode(
      () => checkStoreAddress(dial('https://vault.test', [text]), resolved),
      'MAYFLY_STORE_ADDRESS_FORBIDDEN',
    );
    expect(error.params).toMatchObject({ range });
  });
});
