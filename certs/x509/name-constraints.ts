import { AsnConvert } from '@peculiar/asn1-schema';
import {
  Certificate,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  NameConstraints,
  id_ce_nameConstraints,
} from '@peculiar/asn1-x509';

const everyAddress = ['0.0.0.0/0', '::/0'];

/**
 * What a root may vouch for: these host names (and names below them), and no address. As the value of the extension of
 * RFC 5280, 4.2.1.10.
 */
export function renderNameConstraints(names: readonly string[]): ArrayBuffer {
  const permitted = names.toSorted().map((dNSName) => subtree({ dNSName }));
  const excluded = everyAddress.map((iPAddress) => subtree({ iPAddress }));
  return AsnConvert.serialize(
    new NameConstraints({
      permittedSubtrees: new GeneralSubtrees(permitted),
      excludedSubtrees: new GeneralSubtrees(excluded),
    }),
  );
}

/** Whether a root is constrained to these very names. */
export function hasNameConstraints(root: Uint8Array, names: readonly string[]): boolean {
  const { tbsCertificate } = AsnConvert.parse(root, Certificate);
  const found = tbsCertificate.extensions?.find(({ extnID }) => extnID === id_ce_nameConstraints);
  if (found === undefined || !found.critical) return false;
  const wanted = Buffer.from(renderNameConstraints(names));
  return wanted.equals(Buffer.from(found.extnValue.buffer));
}

function subtree(base: ConstructorParameters<typeof GeneralName>[0]): GeneralSubtree {
  return new GeneralSubtree({ base: new GeneralName(base) });
}
