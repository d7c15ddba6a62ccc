import { deepEqual, equal, match } from "node:assert/strict";
import { otherForm, otherWord } from "../../config/otherWords.ts";
import { refuses } from "./refuses.ts";

describe("words of other tools are answered with ours", () => {
  refuses(
    "a service's, as Compose has them",
    [
      ["applications/catalog/env_file", ".env"],
      ["applications/catalog/depends_on", ["database"]],
      ["environment/fleets/shop/mem_limit", "512m"],
      ["accessories/database/healthcheck", {}],
    ],
    [
      "applications.catalog.env_file: expected a known key, got env_file; write the variables under environment.applications.catalog.environment, in Pulumi.STACK.yaml",
      "applications.catalog.depends_on: expected a known key, got depends_on; name accessories in uses; what an application needs runs before it",
      "accessories.database.healthcheck: expected a known key, got healthcheck; write the path as health, or without a port the command as ready",
      "environment.fleets.shop.mem_limit: expected a known key, got mem_limit; write environment.fleets.shop.memory",
    ],
  );
  refuses(
    "a service's number of copies, as Kamal and Kubernetes have it",
    [["fleets/shop/replicas", 3]],
    [
      "fleets.shop.replicas: expected a known key, got replicas; say how many boxes there are in environment.fleets.shop.boxes",
    ],
  );
  refuses(
    "all services",
    [["services", {}]],
    [
      "services: expected a known key, got services; write what is swapped under applications and fleets, and what keeps data under accessories",
    ],
  );
  refuses(
    "a size",
    [["environment/fleets/shop/memory", "512m"]],
    ["environment.fleets.shop.memory: expected a size such as 512 MiB, got 512m; write 512 MiB"],
  );
  refuses(
    "a time",
    [["environment/fleets/shop/drainSeconds", "2m"]],
    ["environment.fleets.shop.drainSeconds: expected seconds from 0 to 3600, got 2m; write 120"],
  );

  it("Packer's, whatever their case", () => {
    equal(otherWord("environment.machineImages", "ami_users"), "write accounts");
    equal(otherWord("environment.machineImages", "AmiUsers"), "write accounts");
    equal(otherWord("environment.machineImages", "ami_regions"), "write copies: { REGION: {} }");
    match(otherWord("layers.web", "playbook_file") ?? "", /playbook/);
  });

  it("none that stand elsewhere, or mean nothing", () => {
    equal(otherWord("environment.machineImages", "env_file"), undefined);
    equal(otherWord("applications.shop", "colour"), undefined);
  });

  it("values as other tools take them, where they can be meant", () => {
    const cases: [expected: string, value: unknown, written: string | undefined][] = [
      ["a size such as 512 MiB", "1g", "1 GiB"],
      ["a size such as 512 MiB", "2 GB", "2 GiB"],
      ["a size such as 512 MiB", "much", undefined],
      ["true or false", "yes", "true"],
      ["true or false", "off", "false"],
      ["a port from 1 to 65535", "8080", "8080"],
      ["days from 1 to 3650", "30d", "30"],
      ["a text", "30s", undefined],
      ["seconds from 0 to 3600", 7, undefined],
    ];
    deepEqual(
      cases.map(([expected, value]) => otherForm(expected, value)),
      cases.map(([, , written]) => written),
    );
  });
});
