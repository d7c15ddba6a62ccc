import { validate } from "../../../../config/read/validate.ts";
import { allInContainers } from "../../../../plan/environment/containers.ts";
import type { ContainersPlan } from "../../../../plan/environment/TargetPlan.ts";
import type { ComposeImage } from "../../../../operations/compose/document/image.ts";
import { changed, surroundings } from "../../../config/fixture.ts";
import { service } from "../../../fleets/service.ts";

/** A place of the configuration and what is there instead. */
export type Change = readonly [path: string, value: unknown];

/** The plan of a configuration without faults, with what Compose takes part in. */
export function planned(...changes: readonly Change[]): ContainersPlan {
  const own: [string, unknown][] = [
    ["environment/generatedSecrets", ["database"]],
    ["environment/accessories/database", { environment: { PASSWORD: "${secret:database}" } }],
    ["environment/fleets/orders", { boxes: 2, memory: "128 MiB", cpus: 0.5, environment: { PRICE: "$5" } }],
    [
      "environment/applications",
      { orders: { environment: { DATABASE_URL: "pg://o:${secret:database}@database" } } },
    ],
    ["environment/hosts", { orders: ["orders.localhost"] }],
  ];
  return allInContainers(validate(changed(...own, ...changes), surroundings));
}

/** Images of all that the configuration may run, with the services of their layers. */
export const images = new Map<string, ComposeImage>(
  [
    ["base", []],
    ["base.python", []],
    ["base.python.catalog", [service({ unit: "catalog.service", command: ["/usr/bin/catalog", "--all"] })]],
    ["base.python.orders", [service({ unit: "orders.service", command: ["/usr/bin/orders"] })]],
    [
      "base.python.catalog.orders",
      [
        service({ unit: "catalog.service" }),
        service({ unit: "orders.service", command: ["/usr/bin/orders", '%h "$x"'] }),
      ],
    ],
    ["base.postgresql", [service({ unit: "postgresql-box.service", uid: 70, gid: 70 })]],
    ["base.haproxy", [service({ unit: "haproxy.service", uid: 99, gid: 99 })]],
  ].map(([place, services]) => [
    place as string,
    {
      reference: `sha256:${place as string}`,
      digest: `sha256:${place as string}`,
      services: services as ComposeImage["services"],
    },
  ]),
);
