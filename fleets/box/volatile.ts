import type { Init } from "../../plan/limits.ts";
import type { Service } from "../../plan/service.ts";
import { alwaysVolatile, isIn, ownerOptions, volatilePath } from "../../plan/volatile.ts";

/** What decides which paths of a box are in memory. */
export interface VolatileArgs {
  init: Init;
  /** As configured. */
  volatile: readonly string[];
  services: readonly Service[];
  /** Paths of volumes; what lies there stays. */
  volumes?: readonly string[];
}

/** The paths that a box may write, with their options (tmpfs(5)): those of every box, as configured, and as its units say. */
export function boxVolatile({
  init,
  volatile,
  services,
  volumes = [],
}: VolatileArgs): Record<string, string> {
  const owner = init === "systemd" ? undefined : services[0];
  const kept = owner?.kept ?? [];
  const always = alwaysVolatile.filter((path) => !kept.includes(path));
  const declared = volatile.map(volatilePath);
  const paths = [...always, ...declared.map(({ path }) => path), ...(owner ? [] : ["/run/lock"])].filter(
    (path) => !volumes.includes(path),
  );
  const runnable = declared.filter(({ exec }) => exec).map(({ path }) => path);
  const withRun = (path: string, given: string) =>
    // What is not said to be run there, the engine forbids.
    [given, ...(runnable.some((folder) => isIn(path, folder)) ? ["exec"] : [])].filter(Boolean).join(",");
  // They belong to the user who runs the box: some engines ignore the mode of a tmpfs over an existing folder.
  const options = owner ? `uid=${owner.uid},gid=${owner.gid},mode=1777` : "";
  const said = services
    .flatMap(({ folders = [] }) => folders)
    .filter(({ uid, path }) => uid >= 0 && !volumes.some((volume) => isIn(path, volume)))
    // systemd makes what it can by itself.
    .filter(({ path }) => owner ?? !alwaysVolatile.some((memory) => isIn(path, memory)));
  const inImage = new Map(services.flatMap(({ owned = [] }) => owned).map((folder) => [folder.path, folder]));
  const asInImage = (path: string) => {
    const folder = inImage.get(path);
    return folder ? ownerOptions(folder).join(",") : options;
  };
  const all: Record<string, string> = {
    ...Object.fromEntries(paths.map((path) => [path, withRun(path, asInImage(path))])),
    ...Object.fromEntries(
      said.map((folder) => [folder.path, withRun(folder.path, ownerOptions(folder).join(","))]),
    ),
  };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}
