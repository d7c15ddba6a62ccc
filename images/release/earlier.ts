import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { fetchedTips } from "../ledger/fetch.ts";
import { filesOf, releasesFolder } from "../ledger/folder.ts";
import type { Ledger } from "../ledger/Ledger.ts";

/**
 * What a clone kept in its folder before the project had a ledger: the releases of an environment of which the ledger has none, and the
 * statements of images beside them. They go into it with the next release.
 */
export function earlierFiles(ledger: Ledger, environment: string): Record<string, string> {
  const present = [...filesOf(ledger, fetchedTips(ledger).entries).keys()];
  if (present.some((file) => file.startsWith(`${environment}/`) && file.endsWith(".json"))) return {};
  const releases = filesIn(ledger.root, environment, /^[1-9]\d*\.json$/);
  if (releases.length === 0) return {};
  const proofs = filesIn(ledger.root, "proofs", /^[0-9a-f]{64}\.json$/);
  const wanted = [...releases, ...proofs.filter((file) => !present.includes(file))];
  return Object.fromEntries(
    wanted.map((file) => [file, readFileSync(path.join(ledger.root, releasesFolder, file), "utf8")]),
  );
}

function filesIn(root: string, name: string, form: RegExp): string[] {
  const folder = path.join(root, releasesFolder, name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => form.test(file))
    .map((file) => `${name}/${file}`);
}
