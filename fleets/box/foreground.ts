import type { Service } from "../../plan/buildRequest.ts";

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
  if (service.type === "forking" || service.type === "oneshot") {
    return `fleets.${fleet}.init: expected a service that stays in the foreground, got ${service.unit} of type ${service.type}; ${fix}, or give the unit Type=exec`;
  }
  return undefined;
}
