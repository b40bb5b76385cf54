import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import { pickEntry, pickText } from '#core/secret/pick-text.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wipeTree, type SecretMap } from '#core/secret/secret-tree.ts';
import { wait } from '#platform/time/wait.ts';
import { withDeadline } from '#platform/time/with-deadline.ts';
import { tell, type CiWorld } from '../../ci-world.ts';
import { takeToken } from '../token-source.ts';
import { textOf, type LoginPlace } from './discover-login.ts';
import { readAnswer, type LoginAnswer } from './read-answer.ts';

const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
const defaultIntervalSeconds = 5;
const longestIntervalSeconds = 60;
/** The longest that a person is waited for. */
const longestSeconds = 1_800;

/** What the person is shown, and what is asked with meanwhile. */
interface Device {
  readonly code: string;
  readonly intervalSeconds: number;
  readonly seconds: number;
}

/** Shows a person a code and asks until it is confirmed; answers the ID token, which the caller wipes. */
export async function logIn(
  world: CiWorld,
  place: LoginPlace,
  outer: AbortSignal,
): Promise<SecretBytes> {
  const device = await startLogin(world, place, outer);
  function reason(): Error {
    return refuse(place, 'the code has ended');
  }
  const ms = device.seconds * 1000;
  return await withDeadline({ clock: world.clock, ms, signal: outer, reason }, async (signal) => {
    let { intervalSeconds } = device;
    for (;;) {
      await wait(world.clock, intervalSeconds * 1000, signal);
      const step = await askOnce(world, { place, device }, signal);
      if (step instanceof SecretBytes) return step;
      intervalSeconds += step.slowerSeconds;
    }
  });
}

async function startLogin(world: CiWorld, place: LoginPlace, signal: AbortSignal): Promise<Device> {
  const form = { client_id: place.clientId, scope: 'openid' };
  const { status, fields } = await post(world, { place, path: place.devicePath, form }, signal);
  const code = textOf(fields, 'device_code');
  if (status !== 200 || code === null) throw refuse(place, reasonOf(fields));
  tell(world, renderInvitation(place, fields));
  const intervalSeconds = secondsOf(fields, 'interval') ?? defaultIntervalSeconds;
  return {
    code,
    intervalSeconds: Math.min(intervalSeconds, longestIntervalSeconds),
    seconds: Math.min(secondsOf(fields, 'expires_in') ?? longestSeconds, longestSeconds),
  };
}

function renderInvitation(place: LoginPlace, fields: SecretMap): string {
  const userCode = textOf(fields, 'user_code') ?? '';
  const uri = textOf(fields, 'verification_uri_complete') ?? textOf(fields, 'verification_uri');
  if (uri === null || !shown.test(uri) || !shown.test(userCode)) {
    throw refuse(place, 'it shows no address or code');
  }
  return `open ${uri} and confirm the code ${userCode}`;
}

/** Nothing that a terminal would take for a command. */
const shown = /^[\x21-\x7e]{1,500}$/u;

interface Asking {
  readonly place: LoginPlace;
  readonly device: Device;
}

/** The token, or how many seconds slower to ask again. */
async function askOnce(
  world: CiWorld,
  { place, device }: Asking,
  signal: AbortSignal,
): Promise<SecretBytes | { readonly slowerSeconds: number }> {
  const form = { grant_type: grantType, device_code: device.code, client_id: place.clientId };
  try {
    const { status, fields } = await post(world, { place, path: place.tokenPath, form }, signal);
    try {
      return status === 200 ? takeIdToken(place, fields) : decideSlower(place, fields);
    } finally {
      wipeTree(fields);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!isMayflyError(error) || error.retry === 'never') throw error;
    return { slowerSeconds: defaultIntervalSeconds };
  }
}

function takeIdToken(place: LoginPlace, fields: SecretMap): SecretBytes {
  const token = pickText(fields, 'id_token');
  if (token === null) throw refuse(place, 'it gave no id_token');
  return takeToken(place.server, token.copy());
}

function decideSlower(place: LoginPlace, fields: SecretMap): { readonly slowerSeconds: number } {
  const reason = reasonOf(fields);
  if (reason === 'authorization_pending') return { slowerSeconds: 0 };
  if (reason === 'slow_down') return { slowerSeconds: defaultIntervalSeconds };
  throw refuse(place, reason);
}

const words = /^[a-z_]{1,60}$/u;

/** The error code of OAuth, which is a word. */
function reasonOf(fields: SecretMap): string {
  const text = textOf(fields, 'error') ?? '';
  return words.test(text) ? text : 'without a reason';
}

function secondsOf(fields: SecretMap, name: string): number | null {
  const node = pickEntry(fields, name);
  if (node?.kind !== 'value' || node.type !== 'int') return null;
  const seconds = Number(new TextDecoder().decode(node.bytes.expose()));
  return seconds > 0 ? seconds : null;
}

interface Posting {
  readonly place: LoginPlace;
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
}

async function post(
  { clock }: CiWorld,
  { place, path, form }: Posting,
  signal: AbortSignal,
): Promise<LoginAnswer> {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  const body = Buffer.from(new URLSearchParams(form).toString());
  const answer = await place.send({ method: 'POST', path, headers, body }, signal);
  return readAnswer({ server: place.server, clock }, answer);
}

function refuse({ server }: LoginPlace, reason: string): Error {
  return createError('MAYFLY_CI_LOGIN_DENIED', { server, reason });
}
