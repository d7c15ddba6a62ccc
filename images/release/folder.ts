import { existsSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { fetchLedger } from "../ledger/fetch.ts";
import { releasesFolder } from "../ledger/folder.ts";

/** Beside the environments, what was revoked. */
export const revokedFolder = "revoked";

/** Beside the environments, which of them were frozen, and until when. */
export const freezesFolder = "freezes";

/** What stands beside the environments; none is called so. */
export const besideEnvironments: readonly string[] = [revokedFolder, freezesFolder, "proofs", "keys"];

/** The file of a release, in the project. */
export function releaseFile(environment: string, number: number): string {
  return `${releasesFolder}/${environment}/${number}.json`;
}

/** The environment and the number that a file of the project stands for; undefined outside of the folder of releases. */
export function releasePlace(
  root: string,
  file: string,
): { environment: string; number: number } | undefined {
  const relative = path.relative(root, path.resolve(root, file)).split(path.sep);
  if (relative[0] !== releasesFolder) return undefined;
  const [, environment = "", name = "", ...more] = relative;
  const number = more.length === 0 ? /^([1-9]\d*)\.json$/.exec(name)?.[1] : undefined;
  return { environment, number: Number(number) };
}

/** The numbers of an environment's releases, oldest first. */
export function releaseNumbers(root: string, environment: string): number[] {
  fetchLedger(root);
  const folder = path.join(root, releasesFolder, environment);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => /^([1-9]\d*)\.json$/.exec(file)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** Names of the environments that have releases. */
export function releasedEnvironments(root: string): string[] {
  fetchLedger(root);
  const folder = path.join(root, releasesFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter(
    (name) => !besideEnvironments.includes(name) && releaseNumbers(root, name).length > 0,
  );
}
