import { z } from "zod";

/** How an application without a port shows that it works. */
export const readyKey = z
  .array(z.string().min(1))
  .min(1)
  .optional()
  .describe(
    "Of an application without a port: a command that exits 0 in its box once it works; default: it runs steadily, and under systemd none of its services has failed.",
  );

/** An application that takes requests. */
export function isServed<T extends { port?: number | undefined }>(
  application: T,
): application is T & { port: number } {
  return application.port !== undefined;
}
