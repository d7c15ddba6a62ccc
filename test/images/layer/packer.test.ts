import { deepEqual, equal } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../../config/root.ts";
import { packerVariables } from "../../../images/layer/packer.ts";
import { lockedTemplate } from "../../../images/lock/stage.ts";
import { buildName } from "../../../images/buildName/buildName.ts";
import { cacheFolder, cachePath } from "../../../work/cache.ts";
import type { PlacedRequest } from "../../../plan/buildRequest.ts";

const template = path.join(projectRoot, "images/packer/layer");
const request: PlacedRequest = {
  id: "base.orders",
  inputs: { layer: "orders", roles: ["orders"], variables: {}, files: {}, tools: {} },
  epochSeconds: 1_700_000_000,
  inputDigest: "0123abc",
};
const variables = packerVariables(request, "sha256:parent", "/project", "/work");

describe("the variables of a layer's template", () => {
  it("follow from the request", () => {
    deepEqual(variables, {
      parent: "sha256:parent",
      build: buildName("0123abc"),
      epoch_seconds: 1_700_000_000,
      playbook: "/project/playbooks/site.yml",
      variables_file: "/work/variables.json",
      host: "default",
      host_variables: "ansible_user=root",
      groups: [],
      arguments: [],
      source: "/work/source",
      updates: [],
      facts_file: "/work/facts.json",
      services_file: "/work/services.json",
      package_lists: cacheFolder("package-lists"),
      bytecode: cachePath("compiled/parent.tar"),
      layer: cachePath("work/layer-0123abc.tar"),
      ready: "/work/ready",
      builder: process.pid,
    });
  });

  it("have no file of facts where Ansible does not run", () => {
    const steps = { provisioner: "shell" as const, run: ["steps/one.sh"] };
    const inputs = { ...request.inputs, steps };
    equal(packerVariables({ ...request, inputs }, "sha256:parent", "/project", "/work").facts_file, "");
  });

  it("are those that the template declares", () => {
    const text = readFileSync(path.join(template, "layer.pkr.hcl"), "utf8");
    const declared = [...text.matchAll(/^variable "(\w+)"/gm)].map((match) => match[1]);
    deepEqual(declared.sort(), Object.keys(variables).sort());
  });
});

describe("the template of a layer", function () {
  this.timeout(120_000);

  it("is formatted", async function () {
    const { exitCode, stdout } = await packer(this, ["fmt", "-check", "-diff", template]);
    equal(exitCode, 0, stdout);
  });

  it("is valid, as it is and held to a lock", async function () {
    const work = mkdtempSync(path.join(tmpdir(), "immutable-fleets-packer-"));
    try {
      const real = packerVariables(request, "sha256:parent", projectRoot, work);
      writeFileSync(real.variables_file, "{}");
      const file = path.join(work, "layer.pkrvars.json");
      writeFileSync(file, JSON.stringify(real));
      for (const each of [template, lockedTemplate(request, projectRoot, work)]) {
        const { exitCode, all } = await packer(this, ["validate", `-var-file=${file}`, each]);
        equal(exitCode, 0, all);
      }
    } finally {
      rmSync(work, { recursive: true });
    }
  });
});

async function packer(context: Mocha.Context, args: string[]) {
  const { failed } = await execa("packer", ["version"], { reject: false });
  if (failed) {
    console.log("      skipped: packer: expected on PATH, got none; run it through toolchain/run");
    context.skip();
  }
  return execa("packer", args, { reject: false, all: true, env: { CHECKPOINT_DISABLE: "1" } });
}
