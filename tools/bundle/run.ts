import { createBundle } from './bundle.ts';

/** `node tools/launch/script.mjs tools/bundle/run.ts`: writes what ships to `dist/`. */
console.log(await createBundle());
