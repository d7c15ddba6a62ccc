import { deepEqual } from "node:assert/strict";
import { projectRoot } from "../../../config/root.ts";
import { packageMounts } from "../../../images/packages/mounts.ts";

describe("what the packages of layers put into a box", () => {
  it("are the folders of their definitions, for packages that are made here", () => {
    const layers = [
      { packages: { fleetbox: { source: "apps/fleetbox" } } },
      { packages: { orders: { source: "apps/orders" }, tree: { version: "2.1.0-1" } } },
      {},
    ];
    deepEqual(packageMounts(projectRoot, layers), [
      { source: "apps/fleetbox/fleetbox", target: "/usr/lib/fleet/python/fleetbox" },
      { source: "apps/orders/orders", target: "/opt/orders/orders" },
    ]);
  });
});
