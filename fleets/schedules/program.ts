import { canonicalJson } from "../../plan/digest.ts";
import { schedulesFolder, type SchedulesPlan } from "../../plan/environment/schedules.ts";
import type { Service } from "../../plan/service.ts";
import { programText } from "../box/programText.ts";
import { serviceOf } from "../../plan/taskCommand.ts";

/** The program that runs schedules, in Python. */
export function schedulesProgram(): string {
  return programText(import.meta.dirname, "../volumes/leading.py", "times.py", "scheduler.py");
}

/**
 * What the box of some schedules runs: Python of its image (which every layer's has, and of existing images those that are checked by
 * {@link schedulesProblem}, behind their entry point), and a program that is no part of that.
 */
export function schedulesCommand({
  schedules,
  existing,
}: Pick<SchedulesPlan, "schedules" | "existing">): string[] {
  const python = existing ? "python3" : "/usr/bin/python3";
  const settings = Object.fromEntries(
    schedules.map(({ name, command, calendar, timeZone, timeoutSeconds, overlap, startWithinSeconds }) => [
      name,
      { command, calendar, timeZone, timeoutSeconds, overlap, startWithinSeconds },
    ]),
  );
  return [python, "-IBc", schedulesProgram(), canonicalJson(settings), schedulesFolder];
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

/** Why an image cannot run schedules; undefined when it can. */
export function schedulesProblem(
  { application }: Pick<SchedulesPlan, "application">,
  [service]: readonly Service[],
): string | undefined {
  if (!service?.withoutPython) return undefined;
  return `applications.${application}.schedules: expected an image with the Python (python3 in its PATH) that runs schedules, got none; take an image that has it, or give the schedules to an application of a layer`;
}

/** Whom its first process is; undefined: as the image says. An image for systemd has its first process run as root. */
export function schedulesUser([service]: readonly Service[]): string | undefined {
  return service && !service.existing ? `${service.uid}:${service.gid}` : undefined;
}
