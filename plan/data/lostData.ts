import type { Problem } from "../../config/problem.ts";
import { lostAccessory } from "./lostAccessory.ts";
import { lostShared } from "./lostShared.ts";
import { lostStateful } from "./lostStateful.ts";
import { heldData, type ExportedState, type HeldData } from "./heldData.ts";
import type { DataConfiguration, Loss } from "./loss.ts";

/**
 * The protected data of a state that an update to this configuration would take away from those who use it, by another name,
 * another place or none at all: a problem for each cause, with the way out. None where all of it stays as it is.
 */
export function lostData(state: ExportedState, configuration: DataConfiguration): Problem[] {
  const held = heldData(state);
  const losses = held
    .filter(({ protect }) => protect)
    .flatMap((data) => {
      const loss = lossOf(data, held, configuration);
      return loss ? [{ ...loss, volume: data.volume }] : [];
    });
  return [...Map.groupBy(losses, (loss) => JSON.stringify({ ...loss, volume: "" })).values()].map(problemOf);
}

function lossOf(
  data: HeldData,
  held: readonly HeldData[],
  configuration: DataConfiguration,
): Loss | undefined {
  if (data.kind === "shared") return lostShared(data, configuration);
  return data.kind === "accessory"
    ? lostAccessory(data, held, configuration)
    : lostStateful(data, held, configuration);
}

/** One problem of all volumes that have the same. */
function problemOf(losses: readonly (Loss & { volume: string })[]): Problem {
  const [first] = losses;
  if (!first) throw new Error("expected a loss, got none");
  const { path, expected, owner, got, fix } = first;
  const volumes = losses.map(({ volume }) => volume).join(", ");
  return { path, expected: `${expected}, since the data of ${owner} is there (${volumes})`, got, fix };
}
