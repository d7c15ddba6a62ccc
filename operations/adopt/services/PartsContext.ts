import type { BoxKeys } from "../../../config/boxKeys.ts";
import { absolutePath, capability } from "../../../config/forms.ts";
import { volatilePath } from "../../../plan/volatile.ts";
import type { VariableSetting } from "./environmentOf.ts";
import type { ForeignService } from "./ForeignService.ts";
import type { Judged } from "./Judged.ts";
import type { Origin } from "./origins.ts";
import type { Peer } from "./Peers.ts";
import type { ProposedSecrets } from "./ProposedSecrets.ts";
import type { ProposedApplication } from "./ServicesProposal.ts";
import type { SayLine } from "./told.ts";

/** What is known when parts are made. */
export interface PartsContext {
  all: readonly Judged[];
  names: ReadonlyMap<string, string>;
  peers: readonly Peer[];
  secrets: ProposedSecrets;
  origins: ReadonlyMap<string, Origin>;
  say: SayLine;
}

/** Parts by their names: as in Pulumi.yaml, and what the environment says of them. */
export interface Parts<T, E> {
  topology: Record<string, T>;
  environment: Record<string, E>;
}

/** What the environment of one of them is made with. */
export function settingOf({ peers, secrets, say }: PartsContext, forTasks: boolean): VariableSetting {
  return { peers, secrets, say, forTasks };
}

type RunKeys = Pick<ProposedApplication, "command" | "volatile" | "capabilities"> & BoxKeys;

/** The keys that applications and accessories have alike. */
export function runKeys(
  { path, command, volatile, capabilities, box }: ForeignService,
  say: SayLine,
): RunKeys {
  const paths = [...new Set(volatile)].filter(
    (each) => absolutePath.safeParse(volatilePath(each).path).success,
  );
  const rights = capabilities.filter((each) => capability.safeParse(each).success);
  for (const each of volatile.filter((other) => !paths.includes(other)))
    say("left", path, `${each} is no path that can be in memory; name one without spaces and colons`);
  for (const each of capabilities.filter((other) => !rights.includes(other)))
    say("left", `${path}.cap_add`, `${each} is no capability; correct it`);
  return {
    ...(command && { command }),
    ...(paths.length > 0 && { volatile: paths }),
    ...(rights.length > 0 && { capabilities: rights }),
    ...box,
  };
}
