import { edgeName } from "../../../config/edge.ts";
import type { SystemdNeeds } from "../../../engine/systemdNeeds.ts";
import { edgeConfiguration } from "../../../fleets/edge/configuration.ts";
import { behindDoorProgram, doorProgram, doorVolume } from "../../../fleets/edge/door.ts";
import { doorFolder } from "../../../fleets/edge/doorFolder.ts";
import { edgePlan } from "../../../fleets/edge/plan.ts";
import { doorSettings, edgeLimits } from "../../../fleets/edge/settings.ts";
import { certificateFolderVariable, certificatesVariable } from "../../../fleets/edge/tls.ts";
import { acmeCertificates } from "../../../plan/environment/acme.ts";
import type { EdgeBoxPlan } from "../../../plan/environment/TargetPlan.ts";
import { boxService, imageOf } from "./box.ts";
import { keptMount, acmeServices, keptVolume } from "./acme.ts";
import { edgeHealth } from "./health.ts";
import { network, type ComposeImage, type Images } from "./image.ts";
import { composeEnvironment, composeValue } from "./secrets.ts";
import { composeSettings, type ComposeMount, type ComposeService } from "./service.ts";

/** What the `.env` file calls the certificates of an edge, all in one text. */
export const edgeCertificates = "edge.certificates";

/** The volume where door and edge meet. */
const doorMount: ComposeMount = { type: "volume", source: "door", target: doorFolder };

/**
 * The door owns the published ports and the network namespace that the edge joins. With TLS both run the programs that they have in the fleets:
 * the edge's has the certificates.
 */
export function edgeServices(
  edge: EdgeBoxPlan,
  images: Images,
  needs: SystemdNeeds,
): [string, ComposeService][] {
  const image = imageOf(images, edge.chain);
  const settings = doorSettings(edge.settings, edge);
  const hasTls = edge.settings.tls !== undefined;
  const door = composeSettings(
    image.reference,
    hasTls ? { ...settings, ...started(doorProgram()) } : settings,
  );
  return [
    [
      "door",
      {
        ...door,
        ...(hasTls && { volumes: [{ ...doorMount }] }),
        networks: { [network]: { aliases: [edgeName] } },
      },
    ],
    ["edge", edgeService(edge, image, needs)],
    ...(edge.acme ? acmeServices({ ...edge, acme: edge.acme }, image) : []),
  ];
}

/** The volumes of an edge: with TLS that with the door's sockets, and that with what an authority gave. */
export function edgeVolumes({ settings, acme }: EdgeBoxPlan): Record<string, object> {
  if (!settings.tls) return {};
  const { driver, driverOpts } = doorVolume;
  return { door: { driver, driver_opts: driverOpts }, ...(acme && { [keptVolume]: {} }) };
}

function edgeService(edge: EdgeBoxPlan, image: ComposeImage, needs: SystemdNeeds): ComposeService {
  const plan = edgePlan(edge);
  const box = boxService(image, edgeLimits(plan, edge.logs), needs);
  const { tls } = edge.settings;
  return {
    ...{ ...box, ...(tls && behind(image)), network_mode: "service:door" },
    environment: composeEnvironment({
      EDGE_CONFIGURATION: edgeConfiguration(plan),
      ...(tls?.certificates && { [certificatesVariable]: `\${secret:${edgeCertificates}}` }),
      ...(tls?.acme && { [certificateFolderVariable]: acmeCertificates }),
    }),
    ...(tls && {
      volumes: [
        ...(box.volumes ?? []),
        { ...doorMount },
        ...(tls.acme ? [{ ...keptMount, read_only: true }] : []),
      ],
    }),
    healthcheck: edgeHealth,
  };
}

/** How an edge is started on the door's sockets. @throws Error where its image has no service that could be started so. */
function behind({ services: [service] }: ComposeImage): Pick<ComposeService, "entrypoint" | "command"> {
  if (!service)
    throw new Error(
      "environment.edge.tls: expected an image of environment.edge.layer with a service, got none; add a role that installs one (haproxy of the sample), or write it with --plain",
    );
  const { entrypoints, command } = started(behindDoorProgram(service));
  return { entrypoint: entrypoints, command };
}

/** A program's text has dollars. */
function started({ entrypoints, command }: ReturnType<typeof doorProgram>) {
  return { entrypoints, command: command.map(composeValue) };
}
