import { bytesOf, secondsOf } from "../services/amounts.ts";
import type { ForeignService } from "../services/ForeignService.ts";
import type { SayLine } from "../services/told.ts";
import type { ComposeServiceText } from "./schema.ts";

type Amounts = Pick<ForeignService, "boxes" | "boxesAtATime" | "memoryBytes" | "cpus" | "drainSeconds">;

/** What of `deploy` is carried over, wholly or in part. */
const carried = ["replicas", "resources", "restart_policy", "update_config"];

/** How many boxes a service has, and what each may use. @throws Error for an amount that is none. */
export function amountsOf(path: string, written: ComposeServiceText, say: SayLine): Amounts {
  const { deploy, scale, mem_limit: memory, cpus, stop_grace_period: grace } = written;
  for (const key of Object.keys(deploy ?? {}).filter((each) => !carried.includes(each)))
    if (!(key === "mode" && deploy?.mode === "replicated"))
      say(
        "left",
        `${path}.deploy.${key}`,
        "belongs to Swarm; see environment.fleets in docs/configuration.md",
      );
  if (deploy?.resources?.reservations !== undefined)
    say(
      "left",
      `${path}.deploy.resources.reservations`,
      "boxes have limits of memory and processors alone; leave it out",
    );
  const atATime = updatedAtATime(path, deploy?.update_config ?? {}, say);
  const limits = deploy?.resources?.limits;
  const bytes = amount(`${path}: memory`, limits?.memory ?? memory, bytesOf, "512m");
  const processors = amount(`${path}: cpus`, limits?.cpus ?? cpus, Number, "0.5");
  const seconds = amount(`${path}.stop_grace_period`, grace, secondsOf, "1m30s");
  const boxes = deploy?.replicas ?? scale ?? 1;
  if (!Number.isInteger(boxes) || boxes < 0)
    throw new Error(`${path}: expected a whole number of replicas, got another; correct it`);
  return {
    boxes,
    ...(atATime > 0 && { boxesAtATime: atATime }),
    ...(bytes !== undefined && bytes > 0 && { memoryBytes: bytes }),
    ...(processors !== undefined && processors > 0 && { cpus: processors }),
    ...(seconds !== undefined && { drainSeconds: seconds }),
  };
}

/** How many boxes an update makes at a time; 0: all. New ones begin before old ones end here, and a failure goes back, whatever it says. */
function updatedAtATime(path: string, config: Record<string, unknown>, say: SayLine): number {
  const place = `${path}.deploy.update_config`;
  const { parallelism = 0, order, failure_action: failure, ...others } = config;
  for (const key of Object.keys(others))
    say("left", `${place}.${key}`, "has no part in a swap; see gate and swap in docs/configuration.md");
  if (order !== undefined && order !== "start-first")
    say("changed", `${place}.order`, "new boxes are healthy before old ones end, whatever it says");
  if (failure !== undefined && failure !== "rollback")
    say("changed", `${place}.failure_action`, "the old boxes serve on when new ones fail, whatever it says");
  if (typeof parallelism === "number" && Number.isInteger(parallelism) && parallelism >= 0)
    return parallelism;
  throw new Error(`${place}.parallelism: expected a whole number from 0, got another; correct it`);
}

function amount(
  path: string,
  text: string | undefined,
  read: (text: string) => number | undefined,
  example: string,
): number | undefined {
  if (text === undefined) return undefined;
  const value = read(text);
  if (value !== undefined && Number.isFinite(value)) return value;
  throw new Error(`${path}: expected an amount such as ${example}, got ${text}; correct it`);
}
