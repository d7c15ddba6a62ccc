import type { FleetLimits } from "../../plan/limits.ts";
import type { Service } from "../../plan/service.ts";
import { plainSettings } from "../box/box.ts";
import type { TaskRequest } from "./request.ts";

/**
 * What a task's box may do: as the boxes of its fleet, with one command in the foreground, however those start.
 * @param service whose user it has; undefined: the image's. @param volumes the named volumes in its box.
 */
export function taskShape(
  limits: FleetLimits,
  service: Service | undefined,
  volumes: TaskRequest["shape"]["volumes"] = [],
): TaskRequest["shape"] {
  const services = service ? [service] : [];
  const paths = volumes.map(({ path }) => path);
  const settings = plainSettings({ ...limits, init: "foreground" }, services, undefined, paths);
  return {
    readOnly: settings.readOnly,
    capabilitiesAdded: settings.capabilities.adds,
    capabilitiesDropped: settings.capabilities.drops,
    securityOptions: settings.securityOpts,
    tmpfs: settings.tmpfs,
    ...(settings.memory !== undefined && { memoryBytes: settings.memory * 2 ** 20 }),
    ...(limits.cpus !== undefined && { cpus: limits.cpus }),
    ulimits: settings.ulimits ?? [],
    groups: settings.groupAdds ?? [],
    ...(settings.shmSize !== undefined && { shmBytes: settings.shmSize * 2 ** 20 }),
    ...(volumes.length > 0 && { volumes }),
    // An image for systemd has its first process run as root; an existing one knows its user's groups.
    ...(service && !service.existing && { user: `${service.uid}:${service.gid}` }),
  };
}
