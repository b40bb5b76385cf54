export { createSopsDecryptor, type SopsDeps } from './decryptor.ts';
