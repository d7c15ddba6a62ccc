import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { boxCommand } from "../../plan/boxCommand.ts";
import { acmeFolder } from "../../plan/environment/acme.ts";
import type { Service } from "../../plan/service.ts";
import { programText } from "../box/programText.ts";
import { doorLabel } from "./behind.ts";
import { doorFolder } from "./doorFolder.ts";
import { withMaintenanceMap } from "./maintenance.ts";

/** The volume of that folder: whoever runs there may make its own files in it, and after a reboot it is empty. */
export const doorVolume = {
  driver: "local",
  driverOpts: { type: "tmpfs", device: "tmpfs", o: "size=1m,mode=1777,nosuid,nodev,noexec" },
};

const python = "/usr/bin/python3";

/** How the door is started: its program is no part of an image, so that an edge of any release can follow. */
export function doorProgram(): { entrypoints: string[]; command: string[] } {
  return {
    entrypoints: [python],
    command: ["-I", "-c", programText(import.meta.dirname, "door.py"), doorFolder],
  };
}

/** How an edge is started that takes the door's sockets: its image's own service, by a program that is no part of the image. */
export function behindDoorProgram(
  service: Service,
  hasMaintenance = false,
): { entrypoints: string[]; command: string[] } {
  const own = boxCommand(service);
  const command = hasMaintenance ? withMaintenanceMap(python, doorFolder, own) : own;
  const program = programText(import.meta.dirname, "behindDoor.py");
  return { entrypoints: [python], command: ["-I", "-c", program, doorFolder, ...command] };
}

/** How an edge is made that is behind a door. */
export interface BehindDoor {
  entrypoints?: string[];
  command?: string[];
  volumes?: { volumeName: string; containerPath: string; readOnly?: true }[];
  networkMode?: string;
  networksAdvanced?: { name: string }[];
  labels: { label: string; value: string }[];
}

/** The volume with the door's sockets, the network of boxes, whether the edge is given certificates, and whether it has a map of maintenance. */
interface Places extends Record<"volume" | "network", pulumi.Input<string>> {
  hasTls?: boolean;
  /** The volume with an authority's certificates. */
  acme?: pulumi.Input<string> | undefined;
  hasMaintenance?: boolean;
}

const noFolder = (key: string) =>
  `environment.edge.${key}: expected a door that hands out sockets, got one of a former version, or an image without a service; ./fleet pulumi up --replace '**Container::door' makes a new one, while which nothing answers`;

/**
 * How an edge is made: in a network of its own, on the sockets that the door hands out. It joins the network of a door that only
 * sleeps, as those of former versions do; and where its image has no service that could be started so.
 */
export function behindDoor(
  { id, entrypoints }: Pick<docker.Container, "id" | "entrypoints">,
  { volume, network, hasTls = false, hasMaintenance = false, acme }: Places,
  services: pulumi.Input<Service[]>,
): pulumi.Output<BehindDoor> {
  return pulumi.all([id, entrypoints, volume, network, services, acme]).apply(([door, ...known]) => {
    const [program, volumeName, name, [service], kept] = known;
    if (program[0] !== python || !service) {
      if (hasTls) throw new Error(noFolder("tls"));
      if (hasMaintenance) throw new Error(noFolder("maintenance"));
      return { networkMode: `container:${door}`, labels: [] };
    }
    return {
      ...behindDoorProgram(service, hasMaintenance),
      volumes: [
        { volumeName, containerPath: doorFolder },
        ...(kept === undefined
          ? []
          : [{ volumeName: kept, containerPath: acmeFolder, readOnly: true as const }]),
      ],
      networksAdvanced: [{ name }],
      labels: [{ label: doorLabel, value: door }],
    };
  });
}
