import { notInContainers, trueInBoxes, trueWith } from "./directives.ts";
import type { ServiceFacts } from "./facts.ts";
import { rightsOfRoot } from "./rights.ts";

/** Types of services whose command is there as long as they are. */
const staying = ["simple", "exec", "idle", "notify", "notify-reload"];
/** What base images start by themselves to hand the environment on: a box has it. */
const always = ["fleet-environment.service"];

/** What of a unit only systemd can do, each as it is said there; empty for a service that may be a box's command. */
export function unitSystemdReasons(facts: ServiceFacts): string[] {
  return [
    ...(staying.includes(facts.type) ? [] : [`Type=${facts.type}`]),
    ...unknownSettings(facts),
    ...conditional(facts),
    ...facts.missing.map((what) => `${what}, which the image has not`),
    ...facts.unreadable.map((file) => `EnvironmentFile=${file}, which its user may not read`),
    ...facts.pulledIn.filter((unit) => !always.includes(unit)).map((unit) => `${unit}, which starts with it`),
  ];
}

/** What of a unit no container can do, each with the way out. */
export function containerNotes(facts: ServiceFacts): string[] {
  const settings = Object.keys(facts.said).flatMap((key) =>
    notInContainers
      .filter(({ keys }) => keys.test(key))
      .map(({ wayOut }) => `${keyOf(key)}= is not true in a container: ${wayOut}`),
  );
  return [...settings, ...capabilityNotes(facts)];
}

/** Whoever runs a program with file capabilities that a box lacks is refused. */
function capabilityNotes({ capabilities, start, uid, said }: ServiceFacts): string[] {
  const had = uid === 0 ? rightsOfRoot(said["Service.CapabilityBoundingSet"]) : [];
  const lacking = capabilities.filter((each) => !had.includes(each));
  if (lacking.length === 0) return [];
  const names = lacking.join(", ");
  const ambient = `AmbientCapabilities=${lacking.map((name) => `CAP_${name}`).join(" ")}`;
  const also = uid === 0 ? "" : `, and ${ambient} to the unit, by which its box runs systemd`;
  return [
    `${start.program} has file capabilities, which a box drops, so that it does not start: add capabilities: [${names}] to the application${also}; or take them off the file`,
  ];
}

function unknownSettings({ said, uid }: ServiceFacts): string[] {
  return Object.entries(said).flatMap(([key, values]) => {
    const value = values.at(-1) ?? "";
    if (
      trueInBoxes.some((pattern) => pattern.test(key)) ||
      notInContainers.some(({ keys }) => keys.test(key))
    )
      return [];
    if (key === "Service.EnvironmentFile" || key === "Service.Environment") return [];
    if (trueWith[key]?.includes(value.toLowerCase())) return [];
    // Root has what the box is given.
    if (key === "Service.AmbientCapabilities" && uid === 0) return [];
    return [`${keyOf(key)}=${shortened(value)}`];
  });
}

/** Settings that depend on others, or on their value. */
function conditional({ said, start, before, uid, user, killMode }: ServiceFacts): string[] {
  const links = Object.entries(said).filter(
    ([key, values]) =>
      /Directory$/.test(key) &&
      key !== "Service.WorkingDirectory" &&
      / |:/.test(values.join("")) &&
      values.join("").includes(":"),
  );
  const commands = [
    ...(said["Service.ExecStart"]?.length === 1 ? [] : ["several lines of ExecStart="]),
    ...(user !== "" && uid !== 0
      ? [start, ...before]
          .filter(({ flags }) => flags.some(isRoots))
          .map(({ program }) => `${program} with root's rights (+ or !)`)
      : []),
  ];
  return [
    ...commands,
    ...links.map(([key, values]) => `${keyOf(key)}=${values.join(" ")}`),
    ...(killMode === "none" ? ["KillMode=none"] : []),
  ];
}

const isRoots = (flag: string) => ["privileged", "no-setuid", "ambient"].includes(flag);

function keyOf(key: string): string {
  return key.slice(key.indexOf(".") + 1);
}

/** A value as the preview shows it. */
function shortened(value: string): string {
  return value.length <= 60 ? value : `${value.slice(0, 57)}…`;
}
