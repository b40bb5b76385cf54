import type { ErrorCode } from '#core/errors/catalogue.ts';
import { isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';

/** Awaits a failure and returns it; fails when there is none or when its code is another one. */
export async function expectCode(
  action: Promise<unknown> | (() => unknown),
  code: ErrorCode,
): Promise<MayflyError> {
  const error = await catchError(action);
  if (!isMayflyError(error)) throw new Error(`expected ${code}, got ${String(error)}`);
  if (error.code !== code) throw new Error(`expected ${code}, got ${error.code}: ${error.message}`);
  return error;
}

async function catchError(action: Promise<unknown> | (() => unknown)): Promise<unknown> {
  try {
    await (typeof action === 'function' ? action() : action);
  } catch (error) {
    return error;
  }
  return 'no failure';
}
