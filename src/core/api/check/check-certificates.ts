import { createError, type MayflyError } from '../../errors/mayfly-error.ts';

/** Refuses a field that is to hold PEM certificates and holds none; one that is left out is right. */
export function checkCertificates(field: string, pem: string | undefined): readonly MayflyError[] {
  if (pem === undefined || pem.includes('-----BEGIN CERTIFICATE-----')) return [];
  const problem = 'must hold certificates as PEM blocks, BEGIN CERTIFICATE to END';
  return [createError('MAYFLY_OBJECT_FIELD_INVALID', { field, problem })];
}
