import { readFileSync } from "node:fs";
import * as path from "node:path";
import { canonicalJson } from "../../plan/digest.ts";
import { schedulesFolder, type SchedulesPlan } from "../../plan/environment/schedules.ts";
import type { Service } from "../../plan/service.ts";
import { serviceOf } from "../../plan/taskCommand.ts";

const python = "/usr/bin/python3";
const program = path.join(import.meta.dirname, "scheduler.py");

/** What the box of some schedules runs: Python of its image, which every layer's has, and a program that is no part of that. */
export function schedulesCommand({ schedules }: Pick<SchedulesPlan, "schedules">): string[] {
  const settings = Object.fromEntries(
    schedules.map(({ name, command, calendar, timeZone, timeoutSeconds, overlap, startWithinSeconds }) => [
      name,
      { command, calendar, timeZone, timeoutSeconds, overlap, startWithinSeconds },
    ]),
  );
  return [python, "-IBc", readFileSync(program, "utf8"), canonicalJson(settings), schedulesFolder];
}

/** The service as which schedules run: the application's, whose processes are told to stop one by one. @throws Error when several may be meant. */
export function schedulesService(
  { application }: Pick<SchedulesPlan, "application">,
  services: readonly Service[],
): Service[] {
  const service = serviceOf(application, services);
  if (!service) return [];
  return [service.start ? { ...service, start: { ...service.start, kill: "first" } } : service];
}

/** Whom its first process is; undefined: as the image says. An image for systemd has its first process run as root. */
export function schedulesUser([service]: readonly Service[]): string | undefined {
  return service && !service.existing ? `${service.uid}:${service.gid}` : undefined;
}
