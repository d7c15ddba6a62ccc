import { existsSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { parseEnv } from "node:util";
import { holdsSecret } from "../../images/secrets/scan.ts";
import { composeServices } from "./compose/document.ts";
import { kamalServices } from "./kamal/document.ts";
import { filledTemplates } from "./kamal/templates.ts";
import type { ForeignService } from "./services/ForeignService.ts";
import { unmarked } from "./services/marks.ts";
import { planServices } from "./services/plan.ts";
import { withoutPasswords } from "./services/secretWords.ts";
import type { ServicesProposal } from "./services/ServicesProposal.ts";
import { collected } from "./services/told.ts";
import { yamlTree } from "./services/yamlTree.ts";

/**
 * What a Compose file, or a Kamal `deploy.yml`, would become. Reads it, `.env` and the environment files beside it, and nothing else.
 * @param profiles those of Compose whose services are wanted, too.
 * @throws Error that says what in the file is wrong.
 */
export async function adoptedSystem(file: string, profiles: readonly string[]): Promise<ServicesProposal> {
  const told = collected();
  const folder = path.dirname(file);
  const read = (name: string) => textAt(path.resolve(folder, name));
  const variables = knownVariables(read(".env"));
  const text = readFileSync(file, "utf8");
  const services = isKamal(text)
    ? kamalServices(yamlTree(file, filledTemplates(text, variables)), told.say)
    : composeServices(yamlTree(file, text), { variables, read, profiles }, told.say);
  return planServices(services, told, { variables, suspicious: await suspiciousValues(services) });
}

/** Both are YAML; Kamal names one service, at the left margin. */
function isKamal(text: string): boolean {
  return /^service:/m.test(text) && !/^services:/m.test(text);
}

function textAt(file: string): string | undefined {
  return existsSync(file) && statSync(file).isFile() ? readFileSync(file, "utf8") : undefined;
}

function knownVariables(text = ""): Record<string, string> {
  return Object.fromEntries(Object.entries(parseEnv(text)).map(([name, value]) => [name, value ?? ""]));
}

/** Values that the scan of images would take for secrets, for more than the passwords of addresses in them. */
async function suspiciousValues(services: readonly ForeignService[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const { name, value } of services.flatMap(({ variables }) => variables)) {
    const plain = withoutPasswords(
      unmarked(value, () => ""),
      () => "",
    );
    if (await holdsSecret(`${name}=${plain}`)) found.add(value);
  }
  return found;
}
