import type { SystemdNeeds } from "../../../engine/systemdNeeds.ts";
import { plainSettings } from "../../../fleets/box/box.ts";
import { chainId } from "../../../plan/chain.ts";
import { checkedFor } from "../../../plan/checked.ts";
import type { FleetLimits } from "../../../plan/limits.ts";
import type { ComposeImage, Images } from "./image.ts";
import { composeSettings, type ComposeService } from "./service.ts";

/** The image of a chain of layers. */
export function imageOf(images: Images, chain: readonly string[]): ComposeImage {
  return checkedFor(images.get(chainId(chain)), `an image of the chain ${chainId(chain)}`);
}

/** What a box may do and write, by its image. @param needs of systemd, where it runs that. @param volumes paths of named volumes. */
export function boxService(
  { reference, services }: ComposeImage,
  limits: FleetLimits,
  needs: SystemdNeeds | undefined,
  volumes: readonly string[] = [],
): ComposeService {
  const settings = plainSettings(limits, services, needs, volumes);
  return composeSettings(reference, settings, settings.tmpfs);
}
