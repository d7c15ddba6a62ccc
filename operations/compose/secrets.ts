import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { withSecrets } from "../../config/secretValues.ts";
import { edgeCertificates } from "./document/edge.ts";
import { knownSecrets } from "./document/secrets.ts";
import { withPreviewed } from "../stack/previewed.ts";

/** What a `.env` file is to have. */
export interface WantedSecrets {
  /** Names of those that boxes are told. */
  wanted: readonly string[];
  /** Names of those that are made here. */
  generated: readonly string[];
  /** The certificates of the edge, each with a secret in it: all together are a secret of their own. */
  certificates: readonly string[] | undefined;
}

/**
 * The values of some secrets: those of the stack's configuration, decrypted; those that are generated as an earlier `.env`
 * file has them, so that a database keeps its password, else made now.
 */
export async function composeSecrets(
  stack: string,
  { wanted, generated, certificates }: WantedSecrets,
  envFile: string,
): Promise<Record<string, string>> {
  const before = existsSync(envFile) ? knownSecrets(readFileSync(envFile, "utf8"), generated) : {};
  const isMadeHere = !certificates && wanted.every((name) => generated.includes(name));
  const given = isMadeHere ? {} : await stackSecrets(stack);
  const shown = certificates?.map((each) => withSecrets(each, given));
  return {
    ...Object.fromEntries(
      wanted.map((name) => [name, given[name] ?? before[name] ?? randomBytes(32).toString("base64url")]),
    ),
    ...(shown && { [edgeCertificates]: JSON.stringify(shown) }),
  };
}

async function stackSecrets(stack: string): Promise<Record<string, string>> {
  const { value } = await withPreviewed(stack, (each) => each.getConfig("secrets"));
  return JSON.parse(value) as Record<string, string>;
}
