import { differences, type Cause } from "../../plan/causes.ts";
import type { DiskInputs } from "./inputs.ts";

/** What differs, beside the images, between what the present disk was made from (undefined: there is none) and the wanted one. */
export function diskCauses(before: DiskInputs | undefined, after: DiskInputs): Cause[] {
  if (!before) return [{ kind: "new", what: after.places.at(-1) ?? "", change: "added" }];
  return [
    ...differences("disk", described(before), described(after)),
    ...differences("tool", before.tools, after.tools),
  ];
}

function described({ places, baseImages, sizeMiB, volumes }: DiskInputs): Record<string, unknown> {
  return { layers: { places, baseImages }, size: sizeMiB, volumes };
}
