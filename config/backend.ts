import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { projectRoot } from "./root.ts";

const projectSchema = z.object({ backend: z.object({ url: z.string().optional() }).nullish() });
const credentialsSchema = z.object({ current: z.string().optional() });

/**
 * Where Pulumi keeps the states of stacks: as the environment says, the project's file, or who is logged in; empty: its service.
 * @param root of the project. @param environment variables, which may name the place.
 */
export function backendUrl(root = projectRoot, environment: NodeJS.ProcessEnv = process.env): string {
  const own = environment["PULUMI_BACKEND_URL"];
  if (own) return own;
  const { backend } = projectSchema.parse(parse(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")));
  return backend?.url || loggedIn(environment);
}

/** Where Pulumi is logged in, as its own credentials say; else its service. */
function loggedIn(environment: NodeJS.ProcessEnv): string {
  const home = environment["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi");
  const file = path.join(environment["PULUMI_CREDENTIALS_PATH"] ?? home, "credentials.json");
  if (!existsSync(file)) return "";
  return credentialsSchema.parse(JSON.parse(readFileSync(file, "utf8"))).current ?? "";
}

/** The folder where the states of stacks are kept; undefined where they are in none, or where the project's file does not tell, as others say. */
export function statesFolder(
  root = projectRoot,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  try {
    return folderOf(backendUrl(root, environment));
  } catch {
    return undefined;
  }
}

/** The folder that a backend's address names, as Pulumi reads it: `~` is the home; undefined where it names none. */
export function folderOf(url: string): string | undefined {
  if (!/^file:\/\/[/~]/.test(url)) return undefined;
  const place = new URL(url.replace(/^file:\/\/~/, "file:///~"));
  place.search = "";
  return fileURLToPath(place).replace(/^\/~/, homedir());
}
