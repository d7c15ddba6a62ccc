import { acmeName } from "../../../config/acme.ts";
import { issuerCommand, issuerLimits, issuerServices } from "../../../fleets/acme/program.ts";
import { boxLine } from "../../../fleets/box/command.ts";
import { boxAliases, boxNames } from "../../../fleets/box/identity.ts";
import { sharedVolume } from "../../../plan/data/volumeNames.ts";
import { acmeFolder } from "../../../plan/environment/acme.ts";
import type { AcmePlan, EdgeBoxPlan } from "../../../plan/environment/TargetPlan.ts";
import { boxService } from "./box.ts";
import { network, type ComposeImage } from "./image.ts";
import { composeValue } from "./secrets.ts";
import type { ComposeMount, ComposeService } from "./service.ts";

/** The volume with what an authority gave. */
export const keptVolume = sharedVolume(acmeName);

/** Where the box with the client and the edge have it. */
export const keptMount: ComposeMount = { type: "volume", source: keptVolume, target: acmeFolder };

/**
 * The box that asks an authority for certificates, of the edge's image; and before it one that hands the volume over to its user, for Compose makes
 * root its owner. What is noted there of attempts outlives both: the authority is not asked more often for it.
 */
export function acmeServices(
  { acme, logs }: Pick<EdgeBoxPlan, "logs"> & { acme: AcmePlan },
  image: ComposeImage,
): [string, ComposeService][] {
  const services = issuerServices(image.services);
  const limits = { ...issuerLimits, ...(logs && { logs }) };
  const [name = acmeName] = boxNames(acmeName, 1);
  const line = boxLine(issuerCommand(acme), services, limits) ?? [];
  const owner = `${acmeName}-volume`;
  return [
    [owner, handingOver(image)],
    [
      name,
      {
        ...boxService({ ...image, services }, limits, undefined, [acmeFolder]),
        command: line.map(composeValue),
        volumes: [{ ...keptMount }],
        networks: { [network]: { aliases: boxAliases(acmeName, []) } },
        depends_on: { [owner]: { condition: "service_completed_successfully" } },
        labels: { "immutable-fleets.compose": acmeName },
      },
    ],
  ];
}

/** Gives the volume to the user of the edge's service, and ends. */
function handingOver({ reference, services: [service] }: ComposeImage): ComposeService {
  return {
    image: reference,
    ...{ entrypoint: ["/bin/chown"], command: [`${service?.uid ?? 0}:${service?.gid ?? 0}`, acmeFolder] },
    ...{ user: "0:0", read_only: true, cap_drop: ["ALL"], cap_add: ["CHOWN"] },
    security_opt: ["no-new-privileges:true"],
    ...{ restart: "on-failure", volumes: [{ ...keptMount }], network_mode: "none" },
  };
}
