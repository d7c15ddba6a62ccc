import type { types } from "@pulumi/docker";
import type { SystemdNeeds } from "../../engine/systemdNeeds.ts";
import { rootRights } from "../../images/unit/rights.ts";

/** What systemd needs of a container to run as its first process, without privileges. */
export const systemdCapabilities: readonly string[] = [...rootRights, "SETPCAP"];

/** The program of the first process of a box that runs systemd. */
export const systemdPath = "/sbin/init";

/** The arguments of a container whose first process is systemd, by what its engine can do. */
export function systemdSettings({ controlGroups, isFiltered }: SystemdNeeds) {
  return {
    entrypoints: [systemdPath],
    user: "0:0",
    stopSignal: "SIGRTMIN+3",
    cgroupnsMode: controlGroups === "own" ? "private" : "host",
    volumes: mounts[controlGroups].map((path): types.input.ContainerVolume => ({
      hostPath: path,
      containerPath: path,
    })),
    securityOpts: [
      ...(controlGroups === "own" ? ["writable-cgroups=true"] : []),
      ...(isFiltered ? [] : ["seccomp=unconfined"]),
    ],
  };
}

/** What of the machine's control groups systemd is given. */
const mounts = { own: [], named: ["/sys/fs/cgroup/systemd"], machine: ["/sys/fs/cgroup"] };
