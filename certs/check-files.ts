import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { Instant } from '#core/ports/time.ts';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import type { CertsPass } from './certs-pass.ts';
import { readCertificates } from './x509/read-certificate.ts';

const againMs = 60_000;
const maxPemBytes = 1024 * 1024;
/** What is left of its life when somebody should have renewed a certificate. */
const lastPart = 1 / 6;

/** The pass of mode `files`: reads until when the certificate is valid. Nothing is published. */
export function createFileCheck(now: () => Instant, path: string): CertsPass {
  return async function checkFiles() {
    const text = (await readFileBounded(path, maxPemBytes)).toString('utf8');
    const [leaf] = readCertificates(text) ?? [];
    const nextAt = now() + againMs;
    if (leaf === undefined) {
      return { nextAt, problems: [refuse(path, 'holds no certificate')], ends: [] };
    }
    const { notBefore, notAfter } = leaf;
    const problem = findProblem({ notBefore, notAfter }, now());
    const problems = problem === null ? [] : [refuse(path, problem)];
    return { nextAt, problems, ends: [{ name: 'leaf', notAfter }] };
  };
}

function findProblem(
  { notBefore, notAfter }: { readonly notBefore: Instant; readonly notAfter: Instant },
  now: Instant,
): string | null {
  const end = new Date(notAfter).toISOString();
  if (now >= notAfter) return `has ended at ${end}`;
  if (now < notBefore) return `is not valid before ${new Date(notBefore).toISOString()}`;
  const isLate = notAfter - now < (notAfter - notBefore) * lastPart;
  return isLate ? `ends at ${end} and was not renewed` : null;
}

function refuse(path: string, problem: string): MayflyError {
  return createError('MAYFLY_CERTS_FILE', { path, problem });
}
