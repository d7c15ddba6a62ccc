import { z } from "zod";
import { name, whole } from "./forms.ts";

const scheduleSchema = z
  .strictObject({
    command: z
      .array(z.string().regex(/^[^\0]*$/, { error: "a text without NUL" }))
      .min(1)
      .describe("Program and arguments, without a shell; run as the application's service is."),
    at: z
      .string()
      .describe(
        "When: a cron expression of five fields (`0 3 * * *`), or a calendar form of systemd's (`daily`, `Mon *-*-* 03:00`).",
      ),
    timeZone: z
      .string()
      .default("UTC")
      .describe("The time zone in which that is meant, by its IANA name (Europe/Berlin)."),
    timeoutSeconds: whole(1, 86_400, "whole seconds from 1 to 86400")
      .default(3600)
      .describe("It is stopped after this time, and has failed."),
    overlap: z
      .enum(["skip", "wait"])
      .default("skip")
      .describe("What happens when it is due while it still runs: nothing, or it runs once more afterwards."),
    startWithinSeconds: whole(1, 86_400, "whole seconds from 1 to 86400")
      .default(300)
      .describe(
        "How late it may begin where nothing could run it in time (a swap, a machine that was off); later it is a missed run.",
      ),
  })
  .describe("A command that runs at its times, once for all boxes.");

/** The schedules of an application, by name. */
export const schedulesKey = z
  .record(name, scheduleSchema)
  .optional()
  .describe(
    "Commands of the application that run at their times, once for all its boxes, in a box of their own; in containers.",
  );

export type ScheduleSettings = z.output<typeof scheduleSchema>;

/** What runs the schedules of an application is called so, and so is the volume where it notes what ran. */
export function schedulesName(application: string): string {
  return `${application}-schedules`;
}

/** Whether an application has schedules. */
export function hasSchedules({ schedules = {} }: { schedules?: object | undefined }): boolean {
  return Object.keys(schedules).length > 0;
}
