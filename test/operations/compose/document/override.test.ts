import { deepEqual, throws } from "node:assert/strict";
import { composeOverride, fleetOf } from "../../../../operations/compose/document/override.ts";
import { service } from "../../../fleets/service.ts";
import { images, planned } from "./fixture.ts";

const mounts = [{ source: "apps/orders/orders", target: "/opt/orders/orders" }];
const located = (path: string) => `../../${path}`;
const bind = (source: string, target: string) => ({ type: "bind", source, target, read_only: true });
const reload = "/run/fleet-development/reload.py";
const volumes = [
  bind("../../apps/orders/orders", "/opt/orders/orders"),
  bind("../../operations/compose/document/reload.py", reload),
];

describe("the override for an application", () => {
  it("mounts its source in each of its boxes, and starts its command anew when that changes", () => {
    const own = {
      entrypoint: ["/usr/bin/python3", reload, "/opt/orders/orders", "--", "/usr/bin/orders"],
      volumes,
    };
    deepEqual(composeOverride(fleetOf(planned(), "orders"), "orders", images, mounts, located), {
      services: { "orders-1": own, "orders-2": own },
      files: {},
      byHand: [],
    });
  });

  const grouped = fleetOf(
    planned(
      ["fleets", { shop: { applications: ["catalog", "orders"] } }],
      ["environment/fleets", { shop: {} }],
    ),
    "orders",
  );

  it("puts its own unit's command into another in a box of several", () => {
    const { services, files } = composeOverride(grouped, "orders", images, mounts, located);
    const dropIn = bind("./orders.service.conf", "/run/systemd/system/orders.service.d/development.conf");
    deepEqual(services, { "shop-1": { volumes: [...volumes, dropIn] } });
    const command = `"/usr/bin/python3" "${reload}" "/opt/orders/orders" "--" "/usr/bin/orders" "%%h \\"$$x\\""`;
    deepEqual(files, { "orders.service.conf": `[Service]\nExecStart=\nExecStart=${command}\n` });
  });

  it("tells which unit has to be started anew by hand", () => {
    const place = "base.python.catalog.orders";
    const forking = service({ unit: "orders.service", type: "forking" });
    const others = new Map(images).set(place, { reference: "", digest: "", services: [forking] });
    const { byHand, files } = composeOverride(grouped, "orders", others, mounts, located);
    deepEqual([byHand, files], [["orders.service"], {}]);
  });

  it("is refused for what does not run there", () => {
    throws(() => fleetOf(planned(), "site"), {
      message: "APPLICATION: expected one of catalog, orders, got site; choose one",
    });
  });
});
