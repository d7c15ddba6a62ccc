import type { HeldData } from "./heldData.ts";
import { moveByHand, wayBackOfVolume, type DataConfiguration, type Loss } from "./loss.ts";
import { onOtherEngine } from "./otherEngine.ts";
import { sharedOf } from "./volumeNames.ts";

/** Why an update would take a named volume of applications away; undefined where it stays. */
export function lostShared(
  data: HeldData,
  { applications, fleets, environment }: DataConfiguration,
): Loss | undefined {
  const { engine, volume } = sharedOf(data.name);
  const here = Object.keys(environment.fleets)
    .filter((name) => environment.fleets[name]?.target === "containers")
    .flatMap((name) => fleets[name]?.applications ?? []);
  const path = `applications.APPLICATION.volumes.${volume}`;
  if (here.some((name) => applications[name]?.volumes?.[volume] !== undefined))
    return onOtherEngine(volume, engine, data, environment.engines, () => moveByHand);
  return {
    path,
    owner: volume,
    expected: "it in an application that runs in containers here",
    got: "nothing",
    fix: wayBackOfVolume,
  };
}
