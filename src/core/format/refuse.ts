import { createError, type MayflyError } from '../errors/mayfly-error.ts';

/** What every rendered file may weigh at most, in bytes: what a Secret of Kubernetes may. */
export const maxRenderedBytes = 1_048_576;

/** The error for a value, named by its key, that a format cannot hold. */
export function refuseValue(format: string, key: string, problem: string): MayflyError {
  return createError('MAYFLY_FORMAT_VALUE', { format, key, problem });
}

/** The error for a file over {@link maxRenderedBytes}. */
export function refuseSize(): MayflyError {
  return createError('MAYFLY_FORMAT_TOO_LARGE', { limit: maxRenderedBytes });
}
