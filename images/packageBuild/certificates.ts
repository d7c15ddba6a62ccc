import { existsSync, readFileSync } from "node:fs";

/** Variables that name a file of certificates: added to those that a program knows, or in the place of them. */
const added = ["NODE_EXTRA_CA_CERTS"] as const;
const instead = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT"] as const;

/** Variables of further programs, which are told of the same file as the first of those. */
const alike = ["GIT_SSL_CAINFO", "CARGO_HTTP_CAINFO"] as const;

/**
 * Whom registries are trusted by, as this machine is told: by the same variables, with the files by their names in a folder.
 * @param environment with variables that name files of this machine.
 */
export function certificates(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): { variables: Record<string, string>; files: Record<string, string> } {
  const files: Record<string, string> = {};
  const placed = (variable: string): [string, string][] => {
    const source = environment[variable] ?? "";
    if (source === "" || !existsSync(source)) return [];
    const text = readFileSync(source, "utf8");
    const known = Object.entries(files).find(([, other]) => other === text)?.[0];
    const name = known ?? `certificates-${Object.keys(files).length + 1}.pem`;
    files[name] = text;
    return [[variable, `${folder}/${name}`]];
  };
  const own = Object.fromEntries([...instead, ...added].flatMap(placed));
  const first = instead.map((variable) => own[variable]).find((file) => file !== undefined);
  const others = first === undefined ? [] : [...instead, ...alike].map((variable) => [variable, first]);
  return { variables: { ...(Object.fromEntries(others) as Record<string, string>), ...own }, files };
}
