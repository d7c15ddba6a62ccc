import { deepEqual } from "node:assert/strict";
import { causes, describeCause } from "../../plan/causes.ts";
import type { LayerInputs } from "../../plan/inputs.ts";

const before: LayerInputs = {
  layer: "orders",
  roles: ["orders"],
  variables: { orders_port: 8082, orders_user: "orders" },
  files: { "apps/orders/server.py": "1", "playbooks/site.yml": "2" },
  tools: { packer: "1.16.0" },
};
const told = (after: Partial<LayerInputs>, present: LayerInputs | undefined = before) =>
  causes(present, { ...before, ...after }).map(describeCause);

describe("the causes of a build", () => {
  it("are none when nothing differs", () => {
    deepEqual(told({}), []);
  });

  it("are that there is no image yet", () => {
    deepEqual(causes(undefined, before).map(describeCause), ["not built before"]);
  });

  it("name pinned packages and the repositories that they come from", () => {
    const repositories = { team: { yum: { url: "https://yum.example" } } };
    deepEqual(told({ packages: { tree: { version: "2" } }, repositories }), [
      "package tree added",
      "repository team added",
    ]);
  });

  it("name each file, variable and tool, and what became of it", () => {
    const after = {
      files: { "apps/orders/server.py": "9", "apps/orders/new.py": "3" },
      variables: { orders_port: 9000, orders_group: "orders" },
      tools: { packer: "1.17.0" },
    };
    deepEqual(told(after), [
      "file apps/orders/new.py added",
      "file apps/orders/server.py changed",
      "file playbooks/site.yml removed",
      "variable orders_group added",
      "variable orders_port changed",
      "variable orders_user removed",
      "tool packer changed",
    ]);
  });

  it("name the updates that the lock file has since, and no others", () => {
    const openssl = { installed: "3.0.15", candidate: "3.0.17", security: true };
    const tzdata = { installed: "2024a", candidate: "2025b", security: false };
    deepEqual(told({ updates: { openssl, tzdata } }), [
      "update openssl 3.0.15 → 3.0.17 (security)",
      "update tzdata 2024a → 2025b",
    ]);
    const present = { ...before, updates: { openssl } };
    deepEqual(told({ updates: { openssl: { ...openssl, candidate: "3.0.18" } } }, present), [
      "update openssl 3.0.15 → 3.0.18 (security)",
    ]);
    deepEqual(told({ updates: { openssl } }, present), []);
  });

  it("name what is locked otherwise, package by package, and at once that all is", () => {
    const locked = { "openssl:amd64": { version: "1" }, "wget:amd64": { version: "1", sha256: "a" } };
    deepEqual(told({ locked }), ["lock packages added"]);
    deepEqual(told({}, { ...before, locked }), ["lock packages removed"]);
    const now = { "openssl:amd64": { version: "2" }, "curl:amd64": { version: "7" } };
    deepEqual(told({ locked: now }, { ...before, locked }), [
      "lock curl:amd64 7 added",
      "lock openssl:amd64 1 → 2 changed",
      "lock wget:amd64 1 removed",
    ]);
    deepEqual(told({ locked }, { ...before, locked }), []);
  });

  it("name other roles or another order of them, and another source", () => {
    deepEqual(told({ roles: ["base", "orders"] }), ["role roles changed"]);
    const from = { mirror: { suite: "trixie", packages: [], sources: [] } };
    deepEqual(told({ from }), ["source from added"]);
    deepEqual(told({}, { ...before, from }), ["source from removed"]);
  });
});
