import { withEngine } from "./connection.ts";
import type { Engine } from "./engine.ts";

/** What a container needs of its engine for systemd as its first process, without privileges. */
export interface SystemdNeeds {
  /** Whose tree of control groups the container may write: its own, the machine's, or the one hierarchy that controls nothing. */
  controlGroups: "own" | "named" | "machine";
  /** Whether the engine's own filter of system calls stays. */
  isFiltered: boolean;
}

/** What an engine says of itself (`docker info`). */
export interface EngineInfo {
  ServerVersion: string;
  CgroupVersion?: string;
}

/** Asks an engine; undefined: this machine's. @throws Error when it does not answer. */
export async function askSystemdNeeds(engine?: Engine): Promise<SystemdNeeds> {
  return withEngine(engine, async (client) =>
    systemdNeeds(JSON.parse(await client.run(["info", "--format", "{{json .}}"])) as EngineInfo),
  );
}

/**
 * Since version 28 an engine can let a container write its own control groups, and nobody else's. Those of version 1 of control
 * groups are many hierarchies; systemd needs the one by which it knows its processes, and no resource belongs to that. Before
 * 20.10.10 the filter of system calls fails what newer C libraries begin threads by.
 */
export function systemdNeeds({ ServerVersion, CgroupVersion = "1" }: EngineInfo): SystemdNeeds {
  const version = ServerVersion.split(/[.+~-]/).map(Number);
  const isFiltered = isAtLeast(version, [20, 10, 10]);
  if (CgroupVersion === "1") return { controlGroups: "named", isFiltered };
  return { controlGroups: isAtLeast(version, [28]) ? "own" : "machine", isFiltered };
}

function isAtLeast(version: readonly number[], wanted: readonly number[]): boolean {
  const at = wanted.findIndex((part, index) => (version[index] ?? 0) !== part);
  return at === -1 || (version[at] ?? 0) > (wanted[at] ?? 0);
}
