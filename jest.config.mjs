/** Node strips the types itself; jest only has to treat `.ts` as ES modules. */
export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/test/vectors', '<rootDir>/test/parts'],
  testTimeout: 30_000,
};
