import { equal, match, notEqual } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import { owner } from "../../config/owner.ts";

describe("an owner", () => {
  let root: string;
  before(() => {
    root = mkdtempSync(path.join(tmpdir(), "fleet-owner-"));
    write("name: shop\n");
  });
  after(() => {
    rmSync(root, { recursive: true });
  });
  const write = (text: string) => {
    writeFileSync(path.join(root, "Pulumi.yaml"), text);
  };
  const at = (url: string) => owner(root, { PULUMI_BACKEND_URL: url });

  it("is one for all clones of a project that keep their states in one place", () => {
    match(at("s3://states"), /^[0-9a-f]{12}$/);
    equal(at("s3://states?region=eu-central-1"), at("s3://states/"));
    notEqual(at("s3://states"), at("s3://others"));
    equal(at("file://~/states"), at(`file://${homedir()}/states`));
    notEqual(at("file:///a/.pulumi-state"), at("file:///b/.pulumi-state"));
  });

  it("is another for another project", () => {
    const shop = at("s3://states");
    write("name: other\n");
    notEqual(at("s3://states"), shop);
    write("name: shop\n");
  });

  it("goes by the environment, then the project's file, then where Pulumi is logged in", () => {
    const home = { PULUMI_HOME: root };
    writeFileSync(path.join(root, "credentials.json"), JSON.stringify({ current: "s3://logged-in" }));
    equal(owner(root, home), at("s3://logged-in"));
    write("name: shop\nbackend: { url: s3://project }\n");
    equal(owner(root, home), at("s3://project"));
    equal(owner(root, { ...home, PULUMI_BACKEND_URL: "s3://environment" }), at("s3://environment"));
    write("name: shop\n");
  });
});
