import { bytesOf, secondsOf } from "../services/amounts.ts";
import type { ForeignService } from "../services/ForeignService.ts";
import type { SayLine } from "../services/told.ts";
import type { ComposeServiceText } from "./schema.ts";

type Amounts = Pick<ForeignService, "boxes" | "memoryBytes" | "cpus" | "drainSeconds">;

/** How many boxes a service has, and what each may use. @throws Error for an amount that is none. */
export function amountsOf(path: string, written: ComposeServiceText, say: SayLine): Amounts {
  const { deploy, scale, mem_limit: memory, cpus, stop_grace_period: grace } = written;
  for (const key of Object.keys(deploy ?? {}).filter(
    (each) => !["replicas", "resources", "restart_policy"].includes(each),
  ))
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
  const limits = deploy?.resources?.limits;
  const bytes = amount(`${path}: memory`, limits?.memory ?? memory, bytesOf, "512m");
  const processors = amount(`${path}: cpus`, limits?.cpus ?? cpus, Number, "0.5");
  const seconds = amount(`${path}.stop_grace_period`, grace, secondsOf, "1m30s");
  const boxes = deploy?.replicas ?? scale ?? 1;
  if (!Number.isInteger(boxes) || boxes < 0)
    throw new Error(`${path}: expected a whole number of replicas, got another; correct it`);
  return {
    boxes,
    ...(bytes !== undefined && bytes > 0 && { memoryBytes: bytes }),
    ...(processors !== undefined && processors > 0 && { cpus: processors }),
    ...(seconds !== undefined && { drainSeconds: seconds }),
  };
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
