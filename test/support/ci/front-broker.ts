import {
  createAnsweringServer,
  type AnsweringServer,
} from '#test/support/stores/create-answering-server.ts';

/** Puts TLS in front of a broker that speaks HTTP. */
export async function frontBroker(url: string): Promise<AnsweringServer> {
  const front = await createAnsweringServer(['127.0.0.1']);
  front.answer((response, { method, path, headers, body }) => {
    const given = { authorization: headers.authorization, 'content-type': headers['content-type'] };
    const set = Object.entries(given).filter((entry): entry is [string, string] =>
      Boolean(entry[1]),
    );
    const sent = method === 'POST' ? { method, headers: set, body } : { method, headers: set };
    void fetch(`${url}${path}`, sent).then(async (answer) => {
      response.writeHead(answer.status, [...answer.headers].flat());
      response.end(await answer.text());
    });
  });
  return front;
}
