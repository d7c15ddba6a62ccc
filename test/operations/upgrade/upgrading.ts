import type { UpgradePlan } from "../../../operations/upgrade/plan.ts";
import { upgrade, type UpgradeRequest, type UpgradeResult } from "../../../operations/upgrade/upgrade.ts";
import { json, type Repository } from "./repository.ts";

/** Takes a clone to a version; `during` happens while that is tried. */
export async function takenTo(
  clone: Repository,
  request: Partial<UpgradeRequest> = {},
  during?: (plan: UpgradePlan, folder: string) => void,
): Promise<UpgradeResult> {
  const asked = { choices: { keep: [], take: [] }, ...request };
  return upgrade(clone.folder, asked, {
    say: () => undefined,
    tried: (plan, folder) => {
      during?.(plan, folder);
      return Promise.resolve({ changed: [], goesOn: true });
    },
  });
}

/** Has a repository of Immutable Fleets have another version, with its tag. @returns its commit. */
export function releasedBy(
  engine: Repository,
  version: string,
  files: Record<string, string | undefined>,
): string {
  const lock = JSON.parse(engine.read("package-lock.json") ?? "") as { packages: { "": object } };
  const packages = { ...lock.packages, "": { ...lock.packages[""], version } };
  const commit = engine.commit({
    "package.json": (engine.read("package.json") ?? "").replace(
      /"version": "[^"]*"/,
      `"version": "${version}"`,
    ),
    "package-lock.json": json({ ...lock, version, packages }),
    ...files,
  });
  engine.git("tag", "--annotate", `v${version}`, "--message", version);
  return commit;
}
