import { keyEnd } from "../../images/signing/ended.ts";
import { trustedKeys } from "../../images/signing/key.ts";
import { trustedIdentities } from "../../images/signing/keyless.ts";
import { signedFiles } from "./signers.ts";

/** A table of whom the project trusts: each key with what it signed and whether it has ended; then the identities. */
export function signerRows(root: string, recorded: ReadonlyMap<string, string>): string[][] {
  const signed = signedFiles(recorded);
  const keys = [...trustedKeys(root).keys()].sort().map((id) => {
    const own = signed.filter(({ keys: signers }) => signers.includes(id)).map(({ file }) => file);
    const statements = own.filter((file) => file.startsWith("proofs/")).length;
    const end = keyEnd(root, id);
    const ended = end && `${end.endedAt.slice(0, 10)} by ${end.by}: ${end.reason}`;
    return [`key ${id}`, String(own.length - statements), String(statements), ended ?? "–"];
  });
  const identities = trustedIdentities(root).map(({ identity, until }) => [identity, "", "", until ?? "–"]);
  return [["signer", "entries", "statements", "ended"], ...keys, ...identities];
}
