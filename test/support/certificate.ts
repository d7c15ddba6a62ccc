import { execa } from "execa";

/** A certificate and its key, in PEM. */
export interface Certificate {
  certificate: string;
  key: string;
}

/** A certificate for some host names that stands on itself, valid from now on for some days, with its key, in PEM. */
export async function certificateFor(hosts: readonly string[], days = 30): Promise<Certificate> {
  const named = [
    "-subj",
    `/CN=${hosts[0] ?? ""}`,
    "-addext",
    `subjectAltName=${hosts.map((each) => `DNS:${each}`).join()}`,
  ];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"];
  const args = ["req", "-x509", ...curve, ...named, "-days", String(days), "-keyout", "-", "-out", "-"];
  const { stdout } = await execa("openssl", args);
  const [key = "", certificate = ""] = stdout.split(/(?=-----BEGIN CERTIFICATE)/);
  return { certificate: `${certificate}\n`, key };
}
