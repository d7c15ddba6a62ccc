import { deepEqual } from "node:assert/strict";
import { packageBuildSchema } from "../../../config/packageBuild.ts";
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

  it("are not a folder in which a build makes something that was not made there", () => {
    const mounts = (...output: string[]) => {
      const build = packageBuildSchema.parse({ commands: [["make"]], output });
      return packageMounts(projectRoot, [{ packages: { orders: { source: "apps/orders", build } } }]);
    };
    const whole = [{ source: "apps/orders/orders", target: "/opt/orders/orders" }];
    deepEqual(mounts("orders/compiled"), []);
    deepEqual(mounts("orders"), whole);
    deepEqual(mounts("orders/", "compiled"), whole);
  });
});
