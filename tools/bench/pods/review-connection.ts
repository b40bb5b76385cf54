import {
  openHttpsConnection,
  renderRequest as renderHttps,
  type HttpsConnection,
  type HttpsPlace,
} from '../https-connection.ts';

export type ReviewPlace = HttpsPlace;
/** One kept connection, over which one review at a time is asked. */
export type ReviewConnection = HttpsConnection;

export function renderRequest(path: string, body: string): Buffer {
  return renderHttps(`POST ${path}`, { 'content-type': 'application/json' }, body);
}

/** Its answers have to be patches. */
export async function openReviewConnection(place: ReviewPlace): Promise<ReviewConnection> {
  return await openHttpsConnection(place, (answer) => {
    return answer.includes('HTTP/1.1 200') && answer.includes('"patchType":"JSONPatch"');
  });
}
