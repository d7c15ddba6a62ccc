import { lockFile } from "../../plan/lockFile.ts";
import { isOfRegistry } from "../../plan/lockedPackages.ts";
import { counted } from "../text/format.ts";
import type { Difference } from "./differences.ts";
import type { LockExport } from "./export.ts";
import type { LockReport } from "./look.ts";

/** What was found, in lines; `written`: whether the lock file has it now. */
export function formatLock(
  { packages, differences, unindexed, undigested }: Omit<LockReport, "images">,
  written: boolean,
): string {
  const total = Object.values(packages)
    .flatMap((machines) => Object.values(machines))
    .reduce((sum, place) => sum + Object.keys(place.packages).length, 0);
  const count = counted(differences.length, "difference");
  const end = written
    ? `${lockFile}: ${count} written; ${counted(total, "package")} in ${counted(Object.keys(packages).length, "place")}; commit it`
    : `${lockFile}: ${count}; npm run lock writes what is there`;
  return [
    ...differences.map(line),
    ...unindexed.map(
      (each) => `${each} is in no index of its image's sources any more: locked without a digest`,
    ),
    ...undigested.map(
      ({ place, count: rpms }) =>
        `${place}: ${counted(rpms, "package")} of rpm without a digest, which the next build of the layer adds`,
    ),
    ...Object.entries(packages).flatMap(besideLine),
    differences.length === 0 && !written ? `${lockFile}: as it is; ${counted(total, "package")}` : end,
    "",
  ].join("\n");
}

/** What apt does not hold to the lock. */
function besideLine([place, machines]: readonly [string, LockReport["packages"][string]]): string[] {
  const ids = new Set(
    Object.values(machines).flatMap((each) => Object.keys(each.packages).filter(isOfRegistry)),
  );
  if (ids.size === 0) return [];
  const what = `${counted(ids.size, "package")} of pip, npm or ansible-galaxy`;
  return [`${place}: ${what}, which builds hold to by their versions, and compare`];
}

/** What an export came to, in lines. */
export function formatExport({ files, undigested }: LockExport, folder: string): string {
  return [
    ...undigested.map((each) => `${each} has no file that is kept: builds get it where they always do`),
    `${folder}: ${lockFile} and ${counted(files, "file")}; PACKAGE_STORE=${folder} has builds take them from there`,
    "",
  ].join("\n");
}

function line({ place, package: id, was, now }: Difference): string {
  if (was === undefined) return `${place}: ${id} ${now ?? ""} is new`;
  return now === undefined ? `${place}: ${id} ${was} is gone` : `${place}: ${id} ${was} → ${now}`;
}
