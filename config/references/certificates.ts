import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { isoDay } from "../days.ts";
import type { Problem } from "../problem.ts";
import { belowOf, someName } from "../routes.ts";
import type { Configuration } from "../schema.ts";
import { secretNames } from "../secretValues.ts";
import { formatPath } from "../shape.ts";
import { unknown } from "./problems.ts";
import { setSecretCommand } from "./setSecret.ts";
import type { Surroundings } from "./surroundings.ts";

const pem = /-----BEGIN ([A-Z0-9 ]+)-----[^]*?-----END \1-----/g;
const howToSet = (secret: string) =>
  `${setSecretCommand(secret)} < FILE, with the certificate, its chain and its key in PEM`;

/** What is wrong with the edge's certificates: unset, no certificate and key that belong together, past their time, or not for a host name. */
export function certificateProblems(
  { environment }: Configuration,
  { secrets, secretValues = {} }: Surroundings,
  now = new Date(),
): Problem[] {
  const { edge, hosts, generatedSecrets } = environment;
  const certificates = edge?.tls?.certificates;
  if (!certificates) return [];
  const found: X509Certificate[] = [];
  const problems = certificates.flatMap((reference, index) => {
    const path = ["environment", "edge", "tls", "certificates", index];
    const [secret = ""] = secretNames(reference);
    if (generatedSecrets.includes(secret))
      return [problem(path, "a certificate that is set", `${secret}, which is generated`, howToSet(secret))];
    if (!secrets.includes(secret))
      return [{ ...unknown(path, "secret", secret, secrets), fix: howToSet(secret) }];
    const text = secretValues[secret];
    if (typeof text !== "string") return [];
    const judged = judgeCertificate(text, now);
    if (judged.certificate) found.push(judged.certificate);
    return judged.wrong.map(([expected, got]) => problem(path, expected, got, howToSet(secret)));
  });
  // Of some, which may be for whatever host name, only the update knows the values.
  return found.length === certificates.length ? [...problems, ...hostProblems(hosts, found)] : problems;
}

/** What a text of PEM has, and what is wrong with it, as what was expected and what was there; none of its bytes are told. */
function judgeCertificate(
  text: string,
  now: Date,
): { certificate?: X509Certificate; wrong: [expected: string, got: string][] } {
  const blocks = [...text.matchAll(pem)].map(([whole, kind = ""]) => ({ whole, kind }));
  const certificate = certificateIn(blocks.find(({ kind }) => kind === "CERTIFICATE")?.whole);
  const key = keyIn(blocks.find(({ kind }) => kind.endsWith("PRIVATE KEY"))?.whole);
  const wrong: [string, string][] = [
    ...(certificate ? [] : [["a certificate in PEM", "none that can be read"] as [string, string]]),
    ...(key ? [] : [["a key in PEM without a passphrase", "none that can be read"] as [string, string]]),
  ];
  if (!certificate) return { wrong };
  if (key && !certificate.checkPrivateKey(key))
    wrong.push(["the key of the first certificate", "another one"]);
  if (certificate.validToDate < now)
    wrong.push(["a certificate that is valid", `one that ended on ${isoDay(certificate.validToDate)}`]);
  if (certificate.validFromDate > now)
    wrong.push(["a certificate that is valid", `one that begins on ${isoDay(certificate.validFromDate)}`]);
  return { certificate, wrong };
}

function certificateIn(text: string | undefined): X509Certificate | undefined {
  try {
    return text === undefined ? undefined : new X509Certificate(text);
  } catch {
    return undefined;
  }
}

function keyIn(text: string | undefined): KeyObject | undefined {
  try {
    return text === undefined ? undefined : createPrivateKey(text);
  } catch {
    return undefined;
  }
}

/** Host names that no certificate is for: every browser refuses them. */
function hostProblems(
  hosts: Configuration["environment"]["hosts"],
  certificates: readonly X509Certificate[],
): Problem[] {
  return Object.entries(hosts).flatMap(([application, names]) =>
    names.flatMap((name, index) => {
      if (certificates.some((each) => fits(each, name))) return [];
      const got = `${name}, for which there is none (environment.edge.tls.certificates)`;
      const path = ["environment", "hosts", application, index];
      return [
        problem(path, "a host name that a certificate is for", got, "add its certificate, or remove it"),
      ];
    }),
  );
}

/** RFC 6125: what is for `*.example.com` is for all names with one label more, and what is for some of them alone is not. */
function fits(certificate: X509Certificate, host: string): boolean {
  const partialWildcards = belowOf(host) === undefined;
  return certificate.checkHost(someName(host), { partialWildcards }) !== undefined;
}

function problem(path: readonly (string | number)[], expected: string, got: string, fix: string): Problem {
  return { path: formatPath(path), expected, got, fix };
}
