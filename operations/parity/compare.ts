import type { RootManifest } from "./manifest.ts";

/** One thing that two roots do not have in common; undefined where one lacks it. */
export interface ParityProblem {
  kind: "package" | "file" | "user" | "service" | "port";
  name: string;
  first: string | undefined;
  second: string | undefined;
}

/** Something that one of the two has and the other need not have: what a layer brings, as the roots below and with it. */
export interface Brought {
  without: RootManifest;
  with: RootManifest;
}

type Facts = Readonly<Record<string, string>>;

/**
 * What differs between two roots that should hold the same: pure, whatever they were read from.
 * @param brought what the second has on top; whatever it added, changed or removed may differ.
 * @param mayDiffer names of files that differ for a reason of their own; none by default.
 */
export function compareManifests(
  first: RootManifest,
  second: RootManifest,
  brought?: Brought,
  mayDiffer: (path: string) => boolean = () => false,
): ParityProblem[] {
  const compare = (kind: ParityProblem["kind"], of: (manifest: RootManifest) => Facts): ParityProblem[] => {
    const free = brought ? changedNames(of(brought.without), of(brought.with)) : new Set<string>();
    const [a, b] = [of(first), of(second)];
    return [...changedNames(a, b)]
      .filter((name) => !free.has(name) && !(kind === "file" && mayDiffer(name)))
      .sort()
      .map((name) => ({ kind, name, first: a[name], second: b[name] }));
  };
  return [
    ...compare("package", ({ packages }) => packages),
    ...compare("user", ({ users }) => users),
    ...compare("service", ({ services }) => Object.fromEntries(services.map((unit) => [unit, "enabled"]))),
    ...(first.ports && second.ports ? compare("port", ({ ports = {} }) => ports) : []),
    ...compare("file", ({ files }) => files),
  ];
}

/** Names that only one of two has, or that mean different things. */
function changedNames(a: Facts, b: Facts): Set<string> {
  const names = [...Object.keys(a), ...Object.keys(b)];
  return new Set(names.filter((name) => a[name] !== b[name]));
}

/** `package libc6: 2.36-9 in the container image, none in the disk`, a line for each problem. */
export function describeProblems(
  problems: readonly ParityProblem[],
  names: readonly [string, string],
): string[] {
  return problems.map(
    ({ kind, name, first, second }) =>
      `${kind} ${name}: ${first ?? "none"} in ${names[0]}, ${second ?? "none"} in ${names[1]}`,
  );
}
