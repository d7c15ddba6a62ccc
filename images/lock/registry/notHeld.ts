import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { LayerInputs } from "../../../plan/inputs.ts";
import { heldRequirements } from "../../play/heldRequirements.ts";
import { isHeldByPip } from "./constraints.ts";

/**
 * What of a layer's lock nothing holds its build to, by id: of pip what is there in several versions, or in none that pip takes; of ansible-galaxy
 * what comes from elsewhere than a server of its kind, or is needed by such. It is compared when it is there.
 */
export function notHeld({ locked = {}, play }: Pick<LayerInputs, "locked" | "play">, root: string): string[] {
  const ids = Object.keys(locked);
  const pip = ids.filter((id) => id.endsWith(":pypi") && !isHeldByPip(id, locked[id]?.version ?? ""));
  if (play?.requirements === undefined || !ids.some((id) => id.endsWith(":galaxy"))) return pip;
  const text = readFileSync(path.join(root, play.requirements), "utf8");
  return [...pip, ...heldRequirements(text, locked).open];
}
