import type { Configuration } from "../../config/schema.ts";
import type { HeldData } from "./heldData.ts";
import { accessoryOf, sharedOf, statefulBoxOf } from "./volumeNames.ts";

type Environment = Pick<Configuration["environment"], "accessories" | "fleets" | "volumes">;

/** Whether the configuration says of some data that it may be destroyed (`protect: false`). What it does not name, it does not give up. */
export function isGivenUp({ kind, name }: HeldData, environment: Environment | undefined): boolean {
  if (kind === "accessory") return environment?.accessories[accessoryOf(name).accessory]?.protect === false;
  if (kind === "shared") return environment?.volumes[sharedOf(name).volume]?.protect === false;
  return environment?.fleets[statefulBoxOf(name).fleet]?.instances?.data?.protect === false;
}
