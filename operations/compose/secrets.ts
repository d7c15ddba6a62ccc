import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { knownSecrets } from "./document/secrets.ts";
import { withPreviewed } from "../stack/previewed.ts";

/**
 * The values of some secrets: those of the stack's configuration, decrypted; those that are generated as an earlier `.env`
 * file has them, so that a database keeps its password, else made now.
 */
export async function composeSecrets(
  stack: string,
  wanted: readonly string[],
  generated: readonly string[],
  envFile: string,
): Promise<Record<string, string>> {
  const before = existsSync(envFile) ? knownSecrets(readFileSync(envFile, "utf8"), generated) : {};
  const given = wanted.every((name) => generated.includes(name)) ? {} : await stackSecrets(stack);
  return Object.fromEntries(
    wanted.map((name) => [name, given[name] ?? before[name] ?? randomBytes(32).toString("base64url")]),
  );
}

async function stackSecrets(stack: string): Promise<Record<string, string>> {
  const { value } = await withPreviewed(stack, (each) => each.getConfig("secrets"));
  return JSON.parse(value) as Record<string, string>;
}
