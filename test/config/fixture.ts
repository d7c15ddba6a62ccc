import type { Surroundings } from "../../config/read/references.ts";

/** A small configuration without faults, as parsed from YAML; tests change a copy of it. */
export const good = {
  layers: {
    base: { from: { mirror: {} }, roles: ["base"] },
    python: { on: "base", roles: ["python"], files: ["apps/fleetbox"] },
    orders: { on: "python", roles: ["orders"] },
    catalog: { on: "python", roles: ["catalog"] },
    kernel: { on: "base", roles: ["machine"], machineOnly: true },
    postgresql: { on: "base", roles: ["postgresql"] },
    haproxy: { on: "base", roles: ["haproxy"] },
  },
  applications: {
    catalog: { layer: "catalog", port: 8081, public: true },
    orders: { layer: "orders", port: 8082, uses: ["database"] },
  },
  accessories: {
    database: { layer: "postgresql", port: 5432, volume: "/var/lib/postgresql", ready: ["pg_isready"] },
  },
  fleets: { shop: { applications: ["catalog"] }, orders: { applications: ["orders"] } },
  environment: {
    fleets: { shop: {}, orders: {} },
    accessories: { database: {} },
    edge: { layer: "haproxy" },
  },
};

export const surroundings: Surroundings = {
  roles: ["base", "python", "orders", "catalog", "machine", "postgresql", "haproxy"],
  exists: (path) => path === "apps/fleetbox",
  secrets: ["token"],
};

/** A deep copy of the good configuration with one place set, removed (undefined), or added. */
export function changed(...changes: readonly (readonly [path: string, value: unknown])[]): unknown {
  const copy = structuredClone(good) as unknown;
  for (const [path, value] of changes) set(copy as Node, path.split("/"), value);
  return copy;
}

type Node = Record<string, unknown>;

function set(node: Node, [key = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length > 0) {
    node[key] ??= {};
    set(node[key] as Node, rest, value);
  } else if (value === undefined) Reflect.deleteProperty(node, key);
  else node[key] = value;
}

/** The key of a host that nobody has. */
export const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

/** The changes by which an application is there, runs in a fleet of its name, and whatever else. */
export function inFleet(
  name: string,
  application: object,
  more: readonly (readonly [string, unknown])[] = [],
): (readonly [string, unknown])[] {
  return [
    [`applications/${name}`, application],
    [`fleets/${name}`, { applications: [name] }],
    [`environment/fleets/${name}`, {}],
    ...more,
  ];
}
