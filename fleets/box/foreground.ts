import { systemdReasons, type Service } from "../../plan/service.ts";
import type { BoxShapePlan } from "../../plan/boxShape.ts";
import type { FleetLimits, Init } from "../../plan/limits.ts";

/** How a box starts: as configured, else in the foreground where all that its unit says is true there. */
export function boxInit(init: FleetLimits["init"], services: readonly Service[]): Init {
  if (init !== "automatic") return init;
  return systemdReasons(services).length > 0 ? "systemd" : "foreground";
}

/** Why boxes of a fleet cannot start as configured, with a command of their own or without; undefined when they can. */
export function startProblem(
  fleet: string,
  { init, shape }: Pick<FleetLimits, "init" | "shape">,
  command: readonly string[] | undefined,
  services: readonly Service[],
): string | undefined {
  const problem = runProblem(`fleets.${fleet}`, { command, shape }, services);
  if (problem !== undefined || command || boxInit(init, services) !== "foreground") return problem;
  return foregroundProblem(fleet, services);
}

/** Why an image cannot run as one command in the foreground; undefined when it can. */
export function foregroundProblem(fleet: string, services: readonly Service[]): string | undefined {
  const [service, ...others] = services;
  const fix = `set fleets.${fleet}.init: systemd`;
  if (!service) {
    return `fleets.${fleet}: expected roles that enable a service, got none; enable one, or ${fix}`;
  }
  if (others.length > 0) {
    const units = services.map(({ unit }) => unit).join(", ");
    return `fleets.${fleet}.init: expected one enabled service to run in the foreground, got ${units}; ${fix}`;
  }
  const reasons = systemdReasons(services);
  if (reasons.length === 0) return undefined;
  return `fleets.${fleet}.init: expected a unit that is true in the foreground, got ${reasons.join(", ")}; ${fix}, or change the unit`;
}

/**
 * Why boxes of an image cannot run a command of their own (undefined: its own one); undefined when they can.
 * @param what the fleet or accessory, as the configuration names it: `fleets.shop`.
 */
export function commandProblem(
  what: string,
  command: readonly string[] | undefined,
  services: readonly Service[],
): string | undefined {
  const [service] = services;
  if (command === undefined)
    return service?.existing && service.command.length === 0
      ? `${what}: expected an image with a command, got none; add command: […] to what runs it`
      : undefined;
  if (services.length === 1) return undefined;
  const units = services.map(({ unit }) => unit).join(", ") || "none";
  return `${what}: expected an image with one service, whose user and folders its command takes, got ${units}; make a layer of its own for it`;
}

/**
 * Why boxes cannot run a command of their own, or their image's behind a first process of the engine's; undefined when they can.
 * @param what the fleet or accessory, as the configuration names it: `fleets.shop`.
 */
export function runProblem(
  what: string,
  { command, shape }: { command: readonly string[] | undefined; shape: BoxShapePlan | undefined },
  services: readonly Service[],
): string | undefined {
  return commandProblem(what, command, services) ?? initProblem(what, shape, services);
}

/** First processes of images that refuse to be another: s6-overlay's, and systemd. */
const mustBeFirst = [
  "/init",
  "/sbin/init",
  "/usr/sbin/init",
  "/lib/systemd/systemd",
  "/usr/lib/systemd/systemd",
];

/**
 * Why boxes of an image cannot have a first process of the engine's; undefined when they can, or have none.
 * @param what the fleet or accessory, as the configuration names it: `fleets.shop`.
 */
export function initProblem(
  what: string,
  shape: BoxShapePlan | undefined,
  [service]: readonly Service[],
): string | undefined {
  const program = service?.existing && shape?.init ? (service.command[0] ?? "") : "";
  if (!mustBeFirst.includes(program)) return undefined;
  return `${what}: expected no init, since the image's own ${program} must be the first process of its box, got init: true; remove it`;
}

/**
 * What a preview says of how boxes start: why they run systemd where nothing was configured, and what of their units no container
 * can do.
 * @param what the fleet or accessory, as the configuration names it: `fleets.shop`.
 */
export function startNotes(what: string, init: FleetLimits["init"], services: readonly Service[]): string[] {
  const reasons = init === "automatic" ? systemdReasons(services) : [];
  return [
    ...(reasons.length > 0 ? [`${what}: its boxes run systemd, because of ${reasons.join(", ")}`] : []),
    ...services.flatMap(({ unit, notes = [] }) => notes.map((note) => `${what}: ${unit}: ${note}`)),
  ];
}
