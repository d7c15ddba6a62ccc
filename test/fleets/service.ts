import type { Service } from "../../plan/service.ts";

/** A service as an image's label has it. */
export function service(own: Partial<Service> = {}): Service {
  return {
    unit: "catalog.service",
    type: "exec",
    command: ["/usr/bin/catalog"],
    user: "catalog",
    uid: 990,
    gid: 991,
    environment: [],
    workingDirectory: "/",
    stopSignal: "SIGTERM",
    ...own,
  };
}
