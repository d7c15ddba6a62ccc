import { acmeName } from "../../config/acme.ts";
import { volumeNames } from "../../config/references/volumes.ts";
import { schedulesName } from "../../config/schedules.ts";
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
  const names = here.flatMap((name) => {
    const application = applications[name];
    return application ? volumeNames(name, application) : [];
  });
  const isOfEdge = volume === acmeName;
  if (names.includes(volume) || (isOfEdge && environment.edge?.tls?.acme))
    return onOtherEngine(volume, engine, data, environment.engines, () => moveByHand);
  if (isOfEdge) return lostCertificates;
  const scheduled = Object.keys(applications).find((name) => schedulesName(name) === volume);
  const isNoted = scheduled !== undefined;
  return {
    path: isNoted ? `applications.${scheduled}.schedules` : `applications.APPLICATION.volumes.${volume}`,
    owner: volume,
    expected: `${isNoted ? "some" : "it"} in an application that runs in containers here`,
    got: "nothing",
    fix: wayBackOfVolume,
  };
}

const lostCertificates: Loss = {
  path: "environment.edge.tls.acme",
  owner: acmeName,
  expected: "it in the edge's settings",
  got: "nothing",
  fix: wayBackOfVolume,
};
