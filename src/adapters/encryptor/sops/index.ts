export { createSopsEncryptor, type SopsEncryptorDeps } from './encrypt.ts';
