import type { Recorder } from "../../images/release/entry.ts";
import type { PreviewReport } from "../preview/report.ts";
import { describeFleet, describeHosts, describeLayer, describeMachine } from "../preview/text.ts";
import { describeTask } from "../preview/tasks.ts";

/** Something that an update changes, and the sentence that a preview says of it, causes included. */
export interface AnnouncedChange {
  name: string;
  action: string;
  text: string;
}

/** What hooks and webhooks are given: the form of Standard Webhooks. It has names, digests and causes, and no value of a variable. */
export interface Announcement {
  type: "update.started" | "update.succeeded" | "update.failed";
  timestamp: string;
  data: Recorder & {
    /** The same in all messages of one update. */
    update: string;
    environment: string;
    /** The release that it takes; absent: it builds. */
    takes?: string;
    /** The release that runs now; absent: not yet known, or none. */
    release?: string;
    seconds?: number;
    /** By place: `base.python.catalog`. */
    images: AnnouncedChange[];
    machineImages: AnnouncedChange[];
    tasks: AnnouncedChange[];
    fleets: (AnnouncedChange & { boxesBefore: number; boxesAfter: number; from?: string; to?: string })[];
    hosts: AnnouncedChange[];
  };
}

/** What is known of an update at one moment. */
export interface AnnouncedUpdate {
  type: Announcement["type"];
  now: Date;
  update: string;
  recorder: Recorder;
  takes: string | undefined;
  release: string | undefined;
  seconds: number | undefined;
  report: PreviewReport;
}

/** What is told of an update. */
export function announcementOf(known: AnnouncedUpdate): Announcement {
  const { type, now, update, recorder, takes, release, seconds, report } = known;
  return {
    type,
    timestamp: now.toISOString(),
    data: {
      ...{ update, environment: report.stack },
      ...(takes !== undefined && { takes }),
      ...(release !== undefined && { release }),
      ...recorder,
      ...(seconds !== undefined && { seconds }),
      ...changesIn(report),
    },
  };
}

type Changes = Pick<Announcement["data"], "images" | "machineImages" | "tasks" | "fleets" | "hosts">;

function changesIn({ layers, machineImages, tasks = [], fleets, hosts }: PreviewReport): Changes {
  const told = <T extends { action: string }>(lines: readonly T[]) =>
    lines.filter(({ action }) => action !== "keep");
  return {
    images: told(layers).map((line) => change(line.id, line.action, describeLayer(line))),
    machineImages: told(machineImages).map((line) => change(line.fleet, line.action, describeMachine(line))),
    tasks: told(tasks).map((line) => change(line.id, line.action, describeTask(line))),
    fleets: told(fleets).map((line) => {
      const { name, action, boxesBefore, boxesAfter, from, to } = line;
      return {
        ...{ ...change(name, action, describeFleet(line)), boxesBefore, boxesAfter },
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
      };
    }),
    hosts: told(hosts).map((line) => change(line.name, line.action, describeHosts(line))),
  };
}

function change(name: string, action: string, text: string): AnnouncedChange {
  return { name, action, text };
}
