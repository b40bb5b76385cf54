import {
  answerJson,
  createAnsweringServer,
  type Answer,
  type SeenRequest,
} from '#test/support/stores/create-answering-server.ts';
import { makeFakeToken } from './fake-token.ts';

/** The endpoint at which jobs of GitHub and Azure DevOps ask for tokens. */
export interface TokenEndpoint {
  readonly url: string;
  readonly caPem: string;
  readonly requests: readonly SeenRequest[];
  /** What a job proves itself with. */
  readonly credential: string;
  /** Answers of the next requests, before it goes on as usual. */
  readonly faults: Answer[];
  close(): Promise<void>;
}

/** `audience` is that of tokens for jobs that cannot name one. */
export async function openTokenEndpoint(audience: string): Promise<TokenEndpoint> {
  const server = await createAnsweringServer(['127.0.0.1']);
  const credential = 'credential-of-the-job';
  const faults: Answer[] = [];
  function answerUsual(request: SeenRequest): Answer {
    if (request.headers.authorization !== `Bearer ${credential}`) return answerJson({}, 401);
    const asked = new URL(request.path, server.url).searchParams.get('audience') ?? audience;
    const token = makeFakeToken(asked);
    return answerJson(
      request.method === 'POST' ? { oidcToken: token } : { count: 1, value: token },
    );
  }
  server.answer((response, request) => {
    const answer = faults.shift() ?? answerUsual(request);
    answer(response, request);
  });
  const { url, caPem, requests, close } = server;
  return { url, caPem, requests, credential, faults, close };
}
