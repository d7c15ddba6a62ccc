import type { Service, Start } from "../../plan/service.ts";
import type { ServiceFacts, UnitFacts } from "./facts.ts";
import { containerNotes, unitSystemdReasons } from "./judge.ts";
import { rightsOfRoot } from "./rights.ts";

/** What systemd's timers do to a machine; a box has nothing for them to do. */
const upkeep =
  /^(apt-daily(-upgrade)?|dpkg-db-backup|e2scrub_all|fstrim|logrotate|man-db|dnf-makecache)\.timer$/;

/** The enabled units of an image, as its label has them. */
export function servicesOf(units: readonly UnitFacts[]): Service[] {
  return units.filter(({ unit }) => !upkeep.test(unit)).map(serviceOf);
}

function serviceOf({ unit, service: facts }: UnitFacts): Service {
  if (!facts) return { ...noService, unit, type: unit.slice(unit.lastIndexOf(".") + 1) };
  const folder = workingFolder(facts);
  return {
    unit,
    type: facts.type,
    command: facts.start.arguments,
    user: facts.user,
    uid: facts.uid,
    gid: facts.gid,
    environment: facts.environment,
    // The engine makes no folder that need not be there, and knows no home.
    workingDirectory: folder.optional || folder.path === "~" ? "/" : folder.path,
    stopSignal: facts.stopSignal,
    start: startOf(unit, facts),
    groups: facts.groups,
    limits: Object.fromEntries(Object.entries(facts.limits).filter(([name]) => raised.includes(name))),
    folders: facts.folders,
    ...(facts.owned.length > 0 && { owned: facts.owned }),
    ...(facts.uid === 0 && { capabilities: rightsOfRoot(facts.said["Service.CapabilityBoundingSet"]) }),
    systemd: unitSystemdReasons(facts),
    notes: containerNotes(facts),
  };
}

/** Limits that are low by themselves: only the engine can raise them. */
const raised = ["MEMLOCK", "MSGQUEUE", "NICE", "RTPRIO", "SIGPENDING"];

/** Another kind of unit: only systemd starts what it is for. */
const noService = {
  ...{ command: [], user: "root", uid: 0, gid: 0, environment: [], workingDirectory: "/" },
  stopSignal: "SIGTERM",
  systemd: ["what it starts"],
};

function startOf(unit: string, facts: ServiceFacts): Start {
  const { start, limits } = facts;
  return {
    unit,
    environment: facts.environment,
    files: facts.environmentFiles,
    unset: facts.unset,
    before: facts.before.map(({ program, arguments: given, flags }) => ({
      ...{ program, arguments: given, expands: expands(flags) },
      ignoresFailure: flags.includes("ignore-failure"),
    })),
    start: { program: start.program, expands: expands(start.flags) },
    umask: facts.umask,
    folder: workingFolder(facts),
    limits,
    kill: facts.killMode === "control-group" ? "all" : "first",
    ignoresPipe: facts.ignoresPipe,
    stopSignal: facts.stopNumber,
    stopSeconds: facts.stopSeconds,
  };
}

function expands(flags: readonly string[]): boolean {
  return !flags.includes("no-env-expand");
}

function workingFolder({ workingDirectory: said }: ServiceFacts): Start["folder"] {
  const path = said.replace(/^!/, "");
  return { path: path === "" ? "/" : path, optional: said.startsWith("!") };
}
