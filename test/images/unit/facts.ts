import type { ServiceFacts } from "../../../images/unit/facts.ts";

/** What systemd knows of a plain service; what its files say beside the own ones. */
export function facts(own: Partial<ServiceFacts> = {}): ServiceFacts {
  return {
    type: "exec",
    start: { program: "/usr/bin/web", arguments: ["/usr/bin/web", "$PORT"], flags: [] },
    ...{ before: [], user: "web", uid: 990, gid: 991, groups: [4], missing: [] },
    ...{ environment: ["PORT=1"], environmentFiles: [], unset: [], unreadable: [] },
    ...{ workingDirectory: "", umask: 18, limits: { NOFILE: [1024, 524288] }, folders: [], owned: [] },
    ...{
      stopSignal: "SIGTERM",
      stopNumber: 15,
      stopSeconds: 90,
      killMode: "control-group",
      ignoresPipe: true,
    },
    ...{ pulledIn: [], capabilities: [] },
    ...own,
    said: { "Service.ExecStart": ["/usr/bin/web $PORT"], "Service.User": ["web"], ...own.said },
  };
}
