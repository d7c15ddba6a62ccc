import type { LayerInputs } from "./inputs.ts";

/** Why a layer is built: one thing that differs from what the present image was made of. */
export interface Cause {
  kind:
    | "new"
    | "file"
    | "place"
    | "variable"
    | "role"
    | "play"
    | "step"
    | "held image"
    | "source"
    | "package"
    | "builder"
    | "update"
    | "lock"
    | "repository"
    | "tool"
    | "parent"
    | "image"
    | "disk";
  /** The file's path, the variable's name, …; of an image: `was …, now …`. */
  what: string;
  change: "added" | "changed" | "removed";
}

/** What differs between the inputs of the present image (undefined: there is none) and those of the wanted one. */
export function causes(before: LayerInputs | undefined, after: LayerInputs): Cause[] {
  if (!before) return [{ kind: "new", what: after.image ?? after.layer, change: "added" }];
  return [
    ...imageCauses(before.image, after.image),
    ...differences("place", before.places ?? {}, after.places ?? {}),
    ...differences("file", before.files, after.files),
    ...differences("variable", before.variables, after.variables),
    ...differences("role", { roles: before.roles }, { roles: after.roles }),
    ...differences("play", { ...before.play }, { ...after.play }),
    ...differences("step", { steps: before.steps }, { steps: after.steps }),
    ...differences("held image", before.holds ?? {}, after.holds ?? {}),
    ...differences("source", { from: before.from }, { from: after.from }),
    ...packageCauses(before.packages ?? {}, after.packages ?? {}),
    ...builderCauses(before.builders ?? {}, after.builders ?? {}),
    ...updateCauses(before.updates ?? {}, after.updates ?? {}),
    ...lockCauses(before.locked, after.locked),
    ...differences("repository", before.repositories ?? {}, after.repositories ?? {}),
    ...differences("tool", before.tools, after.tools),
  ];
}

/** Another existing image than the one that runs. */
function imageCauses(before: string | undefined, after: string | undefined): Cause[] {
  if (before === undefined || after === undefined || before === after) return [];
  const what = `was ${before}, now ${after}`;
  return [{ kind: "image", what, change: "changed" }];
}

/** Packages that are others; of one that is built otherwise what of its build is. */
function packageCauses(
  before: NonNullable<LayerInputs["packages"]>,
  after: NonNullable<LayerInputs["packages"]>,
): Cause[] {
  return differences("package", before, after).flatMap((cause) => {
    const { build: was, ...old } = before[cause.what] ?? {};
    const { build: is, ...now } = after[cause.what] ?? {};
    if (cause.change !== "changed" || JSON.stringify(old) !== JSON.stringify(now)) return [cause];
    if (!was || !is)
      return differences("package", { [`${cause.what}: build`]: was }, { [`${cause.what}: build`]: is });
    return differences("package", named(cause.what, was), named(cause.what, is));
  });
}

/** The parts of a package's build, by their places. */
function named(name: string, build: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(build).map(([part, value]) => [`${name}: build.${part}`, value]));
}

/** What differs in the layers that packages are built in, each as it would be said of the layer itself. */
function builderCauses(
  before: NonNullable<LayerInputs["builders"]>,
  after: NonNullable<LayerInputs["builders"]>,
): Cause[] {
  return differences("builder", before, after).flatMap((cause) => {
    const [old = [], now = []] = [before[cause.what], after[cause.what]];
    if (cause.change !== "changed" || old.length !== now.length) return [cause];
    return now.flatMap(({ place, inputs }, index) =>
      causes(old[index]?.inputs, inputs).map(({ kind, what, change }) => ({
        ...{ kind: "builder" as const, change },
        what: `${place}: ${kind === "new" ? what : `${kind} ${what}`}`,
      })),
    );
  });
}

/** An update that the layer is to have since; one that the lock no longer names is none that it must do without. */
function updateCauses(
  before: NonNullable<LayerInputs["updates"]>,
  after: NonNullable<LayerInputs["updates"]>,
): Cause[] {
  return Object.entries(after).flatMap(([name, { installed, candidate, security }]) => {
    if (before[name]?.candidate === candidate) return [];
    const what = `${name} ${installed} → ${candidate}${security ? " (security)" : ""}`;
    return [{ kind: "update", what, change: "added" } satisfies Cause];
  });
}

/** Packages that are locked otherwise; all at once where none was before. */
function lockCauses(before: LayerInputs["locked"], after: LayerInputs["locked"]): Cause[] {
  if (!before || !after) return differences("lock", { packages: before }, { packages: after });
  return differences("lock", before, after).map(({ what, ...cause }) => {
    const versions = [before[what]?.version, after[what]?.version].filter((each) => each !== undefined);
    return { ...cause, what: `${what} ${[...new Set(versions)].join(" → ")}` };
  });
}

/** What differs between two maps, name by name. */
export function differences(
  kind: Cause["kind"],
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Cause[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((what) => {
    if (JSON.stringify(before[what]) === JSON.stringify(after[what])) return [];
    const change = before[what] === undefined ? "added" : after[what] === undefined ? "removed" : "changed";
    return [{ kind, what, change } satisfies Cause];
  });
}

/** `file apps/catalog/server.py changed`. */
export function describeCause({ kind, what, change }: Cause): string {
  if (kind === "new") return "not built before";
  if (kind === "image") return `image: ${what}`;
  return kind === "update" ? `update ${what}` : `${kind} ${what} ${change}`;
}
