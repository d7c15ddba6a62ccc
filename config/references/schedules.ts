import { parseCalendar } from "../calendar.ts";
import type { Problem } from "../problem.ts";
import { hasSchedules, schedulesName } from "../schedules.ts";
import type { Application, Configuration } from "../schema.ts";
import { isTimeZone } from "../timeZone.ts";
import { volumeMounts } from "../volumes.ts";

/** What is wrong in schedules: times that are none or never come, time zones that nobody knows, and names that their boxes have. */
export function scheduleProblems({ applications, fleets }: Configuration): Problem[] {
  return Object.entries(applications).flatMap(([name, application]) => [
    ...timeProblems(name, application),
    ...(hasSchedules(application) ? nameProblems(name, applications, fleets) : []),
  ]);
}

function timeProblems(application: string, { schedules = {} }: Application): Problem[] {
  return Object.entries(schedules).flatMap(([name, { at, timeZone }]) => {
    const path = `applications.${application}.schedules.${name}`;
    const calendar = parseCalendar(at);
    const problems: Problem[] = [];
    if ("problem" in calendar)
      problems.push({
        path: `${path}.at`,
        expected: "a cron expression of five fields, or a calendar form of systemd's, of a time that comes",
        got: calendar.problem,
        fix: "correct it, such as 0 3 * * * or Mon *-*-* 03:00",
      });
    if (!isTimeZone(timeZone))
      problems.push({
        path: `${path}.timeZone`,
        expected: "a time zone by its IANA name",
        got: timeZone,
        fix: "name one, such as Europe/Berlin or UTC",
      });
    return problems;
  });
}

/** The box of schedules is a fleet of its own, and has a volume of its own. */
function nameProblems(
  application: string,
  applications: Configuration["applications"],
  fleets: Configuration["fleets"],
): Problem[] {
  const own = schedulesName(application);
  const expected = `another name than ${own}, which the schedules of ${application} have`;
  const taken = [
    ...Object.keys(fleets)
      .filter((name) => name === own)
      .map((name) => `fleets.${name}`),
    ...Object.entries(applications).flatMap(([name, { volumes }]) =>
      volumeMounts(volumes)
        .filter(({ volume }) => volume === own)
        .map(({ volume }) => `applications.${name}.volumes.${volume}`),
    ),
  ];
  return taken.map((path) => ({ path, expected, got: own, fix: "call it otherwise" }));
}
