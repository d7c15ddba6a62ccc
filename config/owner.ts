import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { backendUrl } from "./backend.ts";
import { projectRoot } from "./root.ts";

const projectSchema = z.object({ name: z.string() });

/**
 * Whose things are that are shared by many (images of an engine, AMIs of an account): the project and the place of its stacks'
 * states, as 12 hexadecimal digits. All clones that keep their states in one place are one owner; whoever keeps them elsewhere is
 * another, whose references cannot be seen from here.
 * @param root of the project. @param environment variables, which may name the place.
 */
export function owner(root = projectRoot, environment: NodeJS.ProcessEnv = process.env): string {
  const { name } = projectSchema.parse(parse(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")));
  const place = placeOf(backendUrl(root, environment));
  return hash("sha256", `${name} ${place}`, "hex").slice(0, 12);
}

/** A folder is one of this machine; options of a bucket's address do not make it another one. */
function placeOf(url: string): string {
  const [place = ""] = url.split("?");
  const trimmed = place.replace(/\/+$/, "");
  if (!trimmed.startsWith("file:")) return trimmed;
  return `${hostname()} ${trimmed.replace(/^file:\/\/~/, `file://${homedir()}`)}`;
}
