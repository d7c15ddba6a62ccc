import { compareManifests, type ParityProblem } from "./compare.ts";
import { neverInImages } from "../../images/archive/omissions.ts";
import { timeOfSeconds, toMinute } from "../text/format.ts";
import type { RootManifest } from "./manifest.ts";
import type { RootFacts } from "./rootFacts.ts";

/** One thing that a root and the container image do not have in common. */
export interface RootDifference extends ParityProblem {
  /** Why, as far as that is known. */
  cause?: string;
  /** The declared exception that allows it. */
  exception?: string;
  /** The package that it belongs to, where that differs itself. */
  package?: string;
}

/** What hosts are compared by the content of: users by name, packages by version. */
const comparedByContent: readonly RegExp[] = [
  /^etc\/(passwd|group|shadow|gshadow|subuid|subgid)-?$/,
  /^var\/lib\/(dpkg|rpm|dnf)(\/|$)/,
  /^(usr\/lib\/sysimage\/rpm|root\/\.rpmdb)(\/|$)/,
];

/** What differs for a reason of its own on every system, beside what is no part of images. Paths without a leading slash. */
export const ownOfSystems: readonly RegExp[] = [
  ...neverInImages,
  // Its own: keys, environment, what people keep there, what is made while it runs.
  /^etc\/ssh\/ssh_host_/,
  /^etc\/fleet\/box\.env$/,
  // What lets somebody in, or runs by itself, is compared all the same.
  /^(home|root)\/(?!([^/]+\/)?\.ssh\/authorized_keys2?$)/,
  /^var\/(backups|cache|mail|spool(?!\/cron(\/|$)))(\/|$)/,
  /^var\/lib\/(apt|systemd|dbus|ucf|private|wtmpdb|lastlog)(\/|$)/,
  /^(etc\/ld\.so\.cache|lost\+found|\.dockerenv)$/,
  // Made for images alone.
  /^usr\/lib\/tmpfiles\.d\/fleet-log-folders\.conf$/,
  /^usr\/lib\/fleet\/(fleet-start|fleet_settings\.py)$/,
  /^usr\/lib\/systemd\/system-generators\/fleet-mounts$/,
];

/** Whether a file may differ on a host without being told. */
export function isOwnOfHosts(path: string): boolean {
  return [...ownOfSystems, ...comparedByContent].some((pattern) => pattern.test(path));
}

/**
 * How a host differs from the container image that the same roles make.
 * @param exceptions what may differ: `package openssh-*`, `file /etc/motd`, `user deploy`, `service ssh.service`, `port tcp/22`.
 */
export function hostDifferences(
  image: RootManifest,
  host: RootFacts,
  exceptions: readonly string[],
): RootDifference[] {
  const unknown = (path: string) =>
    isOwnOfHosts(path) || host.mounts.some((mount) => path === mount || path.startsWith(`${mount}/`));
  const problems = compareManifests(image, host.manifest, undefined, unknown);
  const allowed = allowedBy(exceptions);
  const packages = new Set(problems.filter(({ kind }) => kind === "package").map(({ name }) => name));
  const told = problems.map((problem) => {
    const owners = ownersOf(problem, host);
    const [byPackage] = owners.every((owner) => packages.has(owner)) ? owners : [];
    const unit = startedUnit(problem);
    const exception =
      allowed(keyOf(problem)) ??
      (byPackage === undefined ? undefined : allowed(`package ${byPackage}`)) ??
      (unit === undefined ? undefined : allowed(`service ${unit}`));
    const cause = causeOf(problem, byPackage, host);
    return {
      ...problem,
      ...(cause !== undefined && { cause }),
      ...(exception !== undefined && { exception }),
      ...(byPackage !== undefined && { package: byPackage }),
    };
  });
  return told.map((each) => (isUndeclaredFolder(each) ? { ...each, ...allowedInside(each, told) } : each));
}

/** Whether it is a folder that the container image has not, of which nothing is declared. */
function isUndeclaredFolder({ kind, first, second, exception }: RootDifference): boolean {
  return (
    kind === "file" && first === undefined && exception === undefined && /^directory /.test(second ?? "")
  );
}

/** Why a folder may be there: all that is in it may. */
function allowedInside(
  { name }: RootDifference,
  all: readonly RootDifference[],
): Pick<RootDifference, "exception" | "cause"> {
  const inside = all.filter((each) => each.kind === "file" && each.name.startsWith(`${name}/`));
  const open = inside.some((each) => each.exception === undefined && !isUndeclaredFolder(each));
  const first = inside.find(({ exception }) => exception !== undefined);
  return open || first === undefined ? {} : { cause: `for ${first.name}`, exception: first.exception ?? "" };
}

/** The first of the declared exceptions that allows what is called so: `file /etc/motd`. */
export function allowedBy(exceptions: readonly string[]): (key: string) => string | undefined {
  const rules = exceptions.map((text) => ({ text, pattern: exceptionPattern(text) }));
  return (key) => rules.find(({ pattern }) => pattern.test(key))?.text;
}

function keyOf({ kind, name }: ParityProblem): string {
  return `${kind} ${kind === "file" ? "/" : ""}${name}`;
}

/** `*` stands for any characters, `?` for one. */
function exceptionPattern(text: string): RegExp {
  const literal = text.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}

/** Folders of links to units that are started by themselves: of the system's, and of its users'. */
const startingFolder = /^etc\/systemd\/(?:system|user)\/[^/]+\.(?:wants|requires|upholds)\/([^/]+)$/;

/** The unit that a link starts. */
function startedUnit({ kind, name }: ParityProblem): string | undefined {
  return kind === "file" ? startingFolder.exec(name)?.[1] : undefined;
}

/** The packages that a file, or the unit of a service, belongs to. */
function ownersOf(problem: ParityProblem, { owners }: RootFacts): readonly string[] {
  const { kind, name } = problem;
  const unit = kind === "service" ? name : startedUnit(problem);
  const ofUnit =
    unit === undefined
      ? undefined
      : (owners.get(`usr/lib/systemd/system/${unit}`) ?? owners.get(`usr/lib/systemd/user/${unit}`));
  return (kind === "file" ? owners.get(name) : undefined) ?? ofUnit ?? [];
}

function causeOf(
  { kind, name, first, second }: ParityProblem,
  byPackage: string | undefined,
  { changedSeconds }: RootFacts,
): string | undefined {
  if (byPackage !== undefined) return `package ${byPackage} differs`;
  if (kind === "package") {
    if (first === undefined) return "no role of the fleet installs it";
    if (second === undefined) return "it was removed there";
    return "installed from the mirror at another time; upgrade it there, or build the image again";
  }
  if (kind === "user" && first === undefined) return "no role of the fleet creates it";
  if (kind === "port" && first === undefined) return `${second ?? "a program"} listens there`;
  const changed = changedSeconds.get(name);
  if (kind !== "file" || changed === undefined) return undefined;
  const when = toMinute(timeOfSeconds(changed));
  return first === undefined ? `made there, last changed ${when}` : `last changed there ${when}`;
}
