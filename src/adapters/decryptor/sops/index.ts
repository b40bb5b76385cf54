export { createSopsDecryptor } from './decryptor.ts';
