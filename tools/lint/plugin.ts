import { anchoredRegexp } from './anchored-regexp.ts';
import { boundedRead } from './bounded-read.ts';
import { noAmbientTime } from './no-ambient-time.ts';
import { secretExposeOnlyIn } from './secret-expose-only-in.ts';
import { shortTests } from './short-tests.ts';
import { staticLogMessage } from './static-log-message.ts';
import { throwCatalogueOnly } from './throw-catalogue-only.ts';

/** The house rules that no published rule checks; oxlint takes a plugin as the default export. */
export default {
  meta: { name: 'mayfly' },
  rules: {
    'anchored-regexp': anchoredRegexp,
    'bounded-read': boundedRead,
    'no-ambient-time': noAmbientTime,
    'secret-expose-only-in': secretExposeOnlyIn,
    'short-tests': shortTests,
    'static-log-message': staticLogMessage,
    'throw-catalogue-only': throwCatalogueOnly,
  },
};
