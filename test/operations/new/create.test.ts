import { deepEqual, equal, throws } from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { readConfigurationFiles } from "../../../config/read/readFiles.ts";
import { createApplication } from "../../../operations/new/create.ts";

describe("a new application in a project", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "fleet-new-"));
    for (const name of ["base", "haproxy", "apache"])
      mkdirSync(path.join(root, "playbooks/roles", name), { recursive: true });
    writeFileSync(
      path.join(root, "Pulumi.yaml"),
      [
        "name: mine",
        "config:",
        "  layers:",
        "    value:",
        "      base: { from: { mirror: { suite: bookworm } }, roles: [base] }",
        "      haproxy: { on: base, roles: [haproxy] }",
        "",
      ].join("\n"),
    );
    writeFileSync(
      path.join(root, "Pulumi.dev.yaml"),
      "config:\n  mine:environment:\n    edge: { layer: haproxy, port: 8080 }\n    fleets: {}\n",
    );
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it("passes the check, one after another, from a project that has none", () => {
    for (const [name, kind] of [
      ["shop", "python"],
      ["jobs", "node"],
      ["docs", "static"],
    ] as const) {
      const { files } = createApplication(root, { name, kind, stack: "dev" });
      for (const file of files) equal(existsSync(path.join(root, file)), true, file);
    }
    const { applications, fleets, environment } = readConfigurationFiles(root, "dev");
    deepEqual(
      Object.entries(applications).map(([name, each]) => [name, each.port, each.public]),
      [
        ["shop", 8080, true],
        ["jobs", 8081, true],
        ["docs", 8082, true],
      ],
    );
    deepEqual(Object.keys(fleets), ["shop", "jobs", "docs"]);
    deepEqual(environment.hosts, {
      shop: ["shop.localhost"],
      jobs: ["jobs.localhost"],
      docs: ["docs.localhost"],
    });
  });

  it("is not written where the configuration would be wrong, or a file of it is there", () => {
    const wish = { name: "shop", kind: "python", stack: "dev" } as const;
    const texts = () =>
      ["Pulumi.yaml", "Pulumi.dev.yaml"].map((file) => readFileSync(path.join(root, file), "utf8"));
    const before = texts();
    const there = path.join(root, "apps/shop/nfpm.yaml");
    mkdirSync(path.dirname(there), { recursive: true });
    writeFileSync(there, "theirs");
    throws(() => createApplication(root, wish), {
      message: `NAME: expected no file of it in the project, got ${there}; name it otherwise, or remove that`,
    });
    equal(readFileSync(there, "utf8"), "theirs");
    rmSync(path.join(root, "apps"), { recursive: true });
    throws(() => createApplication(root, { ...wish, kind: "image", image: "shop:1.4", port: 3000 }), {
      message:
        /^The configuration has 1 problem.*\napplications\.shop\.image: expected an image pinned by its digest/,
    });
    equal(existsSync(path.join(root, "playbooks/roles/shop")), false);
    deepEqual(texts(), before);
    cpSync(path.join(root, "Pulumi.dev.yaml"), path.join(root, "Pulumi.test.yaml"));
    throws(() => createApplication(root, { ...wish, stack: "prod" }), {
      message:
        /^The configuration has 1 problem.*\nPulumi\.prod\.yaml: expected a file of the project, got no such file/,
    });
  });
});
