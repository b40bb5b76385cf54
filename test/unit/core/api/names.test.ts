import { describe, expect, it } from '@jest/globals';
import { isNamespaceName, isObjectName, isSecretKey } from '#core/api/names.ts';

describe('the name of a namespace', () => {
  it.each(['a', 'prod', 'team-1', 'a'.repeat(63)])('may be %j', (text) => {
    expect(isNamespaceName(text)).toBe(true);
  });

  it.each(['', 'A', '-a', 'a-', 'a.b', 'a/b', '..', 'a_b', 'a\n', 'é', 'a'.repeat(64)])(
    'may not be %j',
    (text) => {
      expect(isNamespaceName(text)).toBe(false);
    },
  );
});

describe('the name of an object', () => {
  it.each(['a', 'db', 'db.example.com', 'a'.repeat(253)])('may be %j', (text) => {
    expect(isObjectName(text)).toBe(true);
  });

  it.each(['', '.', '..', 'a..b', '.a', 'a.', 'a/b', 'a\\b', 'a\0', 'A', 'a'.repeat(254)])(
    'may not be %j',
    (text) => {
      expect(isObjectName(text)).toBe(false);
    },
  );
});

describe('the key of a Secret', () => {
  it.each(['a', 'A_B', '.dockerconfigjson', 'tls.crt', '-', 'a..b'])('may be %j', (text) => {
    expect(isSecretKey(text)).toBe(true);
  });

  it.each(['', '.', '..', '..data', 'a/b', 'a b', 'a\n', 'é', 'a'.repeat(254)])(
    'may not be %j',
    (text) => {
      expect(isSecretKey(text)).toBe(false);
    },
  );
});
