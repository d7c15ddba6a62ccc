import { secondsOf } from "../services/amounts.ts";
import type { ForeignHealth } from "../services/ForeignService.ts";
import { ownRequest } from "../services/ownRequest.ts";
import type { SayLine } from "../services/told.ts";
import type { ComposeServiceText } from "./schema.ts";

type Written = NonNullable<ComposeServiceText["healthcheck"]>;

/** How a service shows that it works; undefined where its file does not say. */
export function healthOf(
  path: string,
  written: Written | null | undefined,
  say: SayLine,
): ForeignHealth | undefined {
  if (!written) return undefined;
  const at = `${path}.healthcheck`;
  const command = commandOf(written.test);
  if (written.disable === true || command === "none") {
    say("left", at, "an image's own check is not switched off; take it out of the image (HEALTHCHECK NONE)");
    return undefined;
  }
  const startSeconds = budget(at, written);
  const request = command && ownRequest(command);
  return {
    path: at,
    ...(command && { command }),
    ...(request && { urlPath: request.urlPath, port: request.port }),
    ...(startSeconds !== undefined && { startSeconds }),
  };
}

function commandOf(test: Written["test"]): string[] | "none" | undefined {
  if (test === undefined) return undefined;
  const [first = "NONE", ...words] = typeof test === "string" ? ["CMD-SHELL", test] : test;
  if (first === "NONE") return "none";
  if (first === "CMD-SHELL") return ["sh", "-c", words.join(" ")];
  return first === "CMD" ? words : [first, ...words];
}

/** How long Compose waits before it calls a service unhealthy: its start, then as many tries as it has. */
function budget(path: string, written: Written): number | undefined {
  const { start_period: start = "0s", interval = "30s", timeout = "30s", retries = 3 } = written;
  const seconds = [start, interval, timeout].map(secondsOf);
  const [first = NaN, every = NaN] = seconds;
  if (seconds.includes(undefined) || !Number.isFinite(retries))
    throw new Error(
      `${path}: expected times such as 1m30s and a number of retries, got others; correct them`,
    );
  return written.start_period === undefined && written.interval === undefined
    ? undefined
    : first + every * retries;
}
