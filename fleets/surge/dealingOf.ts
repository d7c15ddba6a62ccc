import type { DockerClient } from "../../engine/DockerClient.ts";
import { Dealing } from "../canary/Dealing.ts";
import type { TurnsPlace } from "./request.ts";

/** How edges lead requests to the boxes of a fleet; undefined where it takes none. */
export function dealingOf({ leads, ...place }: TurnsPlace, engine: DockerClient): Dealing | undefined {
  return leads && new Dealing({ ...place, ...leads }, engine);
}
