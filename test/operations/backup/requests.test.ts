import { deepEqual, throws } from "node:assert/strict";
import type { BackupRequest } from "../../../fleets/backup/request.ts";
import { backupRequests, chooseRequests, storeFrom } from "../../../operations/backup/requests.ts";
import { commandType, type StateResource } from "../../../operations/state/resource.ts";

const request = (box: string): BackupRequest => ({
  ...{ stack: "immutable-fleets/dev", box, volume: `${box}-data`, volumePath: "/data", ready: ["true"] },
  ...{ dump: ["dump"], restore: ["restore"], check: { run: ["ask"], expects: "^1$" } },
  ...{ to: "/backups", key: { name: "backups", value: "secret" }, everySeconds: 3600, keep: 2 },
});

function step(box: string, own: Partial<StateResource> = {}): StateResource {
  const name = `${box}-backup`;
  const urn = `urn:pulumi:dev::immutable-fleets::fleet:index:Accessory$${commandType}::${name}`;
  const inputs = { stdin: JSON.stringify(request(box)) };
  return {
    urn,
    type: commandType,
    name,
    id: name,
    inputs,
    outputs: {},
    provider: "",
    pendingDelete: false,
    ...own,
  };
}

describe("what the state says of backups", () => {
  it("is read from the steps of accessories that are there", () => {
    const urn = `urn:pulumi:dev::immutable-fleets::fleet:index:ContainerFleet$${commandType}::web-backup`;
    const resources = [
      step("database"),
      step("old", { pendingDelete: true }),
      step("web", { urn }),
      step("store", { name: "store-gate" }),
    ];
    deepEqual(backupRequests(resources), [request("database")]);
  });

  it("is chosen by the accessory's name, on whatever engine", () => {
    const all = [request("database"), request("north.queue")];
    deepEqual(chooseRequests(all, undefined), all);
    deepEqual(chooseRequests(all, "queue"), [request("north.queue")]);
    throws(() => chooseRequests(all, "base"), {
      message:
        "ACCESSORY: expected one with backups (database, north.queue), got base; say environment.accessories.base.backup, and run up",
    });
    throws(() => chooseRequests([], undefined), {
      message:
        "ACCESSORY: expected one with backups (none), got nothing; say environment.accessories.NAME.backup, and run up",
    });
  });

  it("leads to its backups, to those of its former name, and to those of another stack", () => {
    const places = [undefined, "db", "prod/database"].map((from) =>
      storeFrom(request("database"), from).place("x.age"),
    );
    deepEqual(places, [
      "/backups/dev/database/x.age",
      "/backups/dev/db/x.age",
      "/backups/prod/database/x.age",
    ]);
  });
});
