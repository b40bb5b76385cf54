import { Type } from 'typebox';
import * as setting from '../setting.ts';

const labelPattern = '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$';
const namePattern = '^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$';
const nameWords = 'must be the name of an object';

/** Where the certificates of the webhook, or of the broker, come from. */
export const certsSchema = Type.Object({
  mode: setting.choice(['self', 'cert-manager', 'files'], {
    description:
      '`self`: an authority of its own, kept in a Secret and published into the webhook configurations. `cert-manager`: only verify that cert-manager has injected its authority. `files`: only watch how long `webhook.certFile` is valid.',
    default: 'self',
  }),
  secret: setting.text({
    description:
      "The Secret with the certificate, in Mayfly's own namespace. It must exist, empty at first.",
    default: 'mayfly-webhook-tls',
    pattern: [namePattern, nameWords],
  }),
  lease: setting.text({
    description:
      'The name of the Lease by which one of several `mayfly certs` is chosen. Those of another Secret need another one.',
    default: 'mayfly-certs',
    pattern: [namePattern, nameWords],
  }),
  services: Type.Array(
    setting.text({
      description: 'The name of a Service.',
      pattern: [labelPattern, 'must be a lower-case DNS label'],
    }),
    {
      description:
        "The Services in Mayfly's own namespace that webhooks, or the broker, are called by. The authority can vouch for no other names.",
      default: 'mayfly-webhook',
    },
  ),
  mutatingWebhooks: Type.Array(
    setting.text({ description: 'A name.', pattern: [namePattern, nameWords] }),
    {
      description: 'The MutatingWebhookConfigurations that the authority is published into.',
      default: 'mayfly-webhook',
    },
  ),
  validatingWebhooks: Type.Array(
    setting.text({ description: 'A name.', pattern: [namePattern, nameWords] }),
    {
      description: 'The ValidatingWebhookConfigurations that the authority is published into.',
      default: 'mayfly-webhook',
    },
  ),
  leafLifetime: setting.duration({
    description: 'How long a certificate is valid. It is renewed at two thirds of that.',
    default: '24h',
    minimum: 3_600_000,
    maximum: 2_592_000_000,
  }),
  rootLifetime: setting.duration({
    description: 'How long the authority is valid. The next one is made at two thirds of that.',
    default: '3650d',
    minimum: 86_400_000,
  }),
});
