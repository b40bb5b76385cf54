import { Type } from 'typebox';
import { maxTokenBytes } from '../../identity/token/max-token-bytes.ts';
import { policyNamePattern } from './policy-name.ts';

/** Body of `POST /v1/auth/MOUNT/login`, as clients of Vault send it. What else is in it says nothing here. */
export const loginRequestSchema = Type.Object({
  role: Type.String({
    pattern: policyNamePattern,
    maxLength: 320,
    description: 'The policy: NAMESPACE/NAME, or cluster/NAME.',
  }),
  jwt: Type.String({ minLength: 1, maxLength: maxTokenBytes, description: 'The identity token.' }),
});
