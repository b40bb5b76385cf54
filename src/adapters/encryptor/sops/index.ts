export { createSopsEncryptor } from './encrypt.ts';
