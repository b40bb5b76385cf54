export { generateIdentityFile, type GeneratedIdentity } from './identity/generate-identity.ts';
export { openIdentityFile } from './identity/open-identity-file.ts';
export { createAgeUnwrapper } from './unwrap.ts';
export { createAgeWrapper } from './recipient/wrap.ts';
