import { identityToRecipient } from 'age-encryption';
import { createEncrypting } from '#test/support/sops/encrypting.ts';
import { vectorKey } from '#test/support/sops/vectors.ts';

/** A JSON file of these fields, encrypted for the key `one`, which opens what the real sops made. */
export async function encryptForVectors(
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<string> {
  const { encrypt } = await createEncrypting();
  const lines = Buffer.from(vectorKey('one').bytes.expose()).toString().trim().split('\n');
  const recipients = [await identityToRecipient(lines.at(-1) ?? '')];
  return await encrypt(path, JSON.stringify(fields), { recipients });
}
