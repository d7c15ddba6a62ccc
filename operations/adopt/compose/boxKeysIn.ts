import { boxKeys, type BoxKeys } from "../../../config/boxKeys.ts";
import { bytesOf, configuredSize } from "../services/amounts.ts";
import { ulimitProblems } from "../../../config/references/boxes.ts";
import type { SayLine } from "../services/told.ts";
import type { ComposeServiceText } from "./schema.ts";

/** What a service's boxes have beyond what every box has: its limits, a first process, the size of /dev/shm. */
export function boxKeysOf(
  path: string,
  { ulimits, init, shm_size: shm }: ComposeServiceText,
  say: SayLine,
): BoxKeys {
  const limits = limitsOf(`${path}.ulimits`, ulimits ?? {}, say);
  const bytes = shm === undefined ? undefined : bytesOf(shm);
  if (shm !== undefined && bytes === undefined)
    throw new Error(`${path}.shm_size: expected an amount such as 256m, got ${shm}; correct it`);
  return {
    ...(Object.keys(limits).length > 0 && { ulimits: limits }),
    ...(init === true && { init }),
    ...(bytes !== undefined && bytes > 0 && { shmSize: configuredSize(bytes) }),
  };
}

/** The limits that boxes can have, each judged for itself. */
function limitsOf(path: string, written: object, say: SayLine): NonNullable<BoxKeys["ulimits"]> {
  const all = Object.entries<unknown>({ ...written }).flatMap(([name, value]) => {
    const { data } = boxKeys.ulimits.safeParse({ [name]: value });
    const [problem] = data ? ulimitProblems(path, data) : [];
    if (data && !problem) return Object.entries(data);
    const expected = problem?.expected ?? "a limit that the engine knows";
    say("left", `${path}.${name}`, `is not carried over, since it is not ${expected}; correct it`);
    return [];
  });
  return Object.fromEntries(all);
}
