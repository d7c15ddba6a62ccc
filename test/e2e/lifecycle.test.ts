import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { execa } from "execa";
import { exactUp, previewedUp } from "../sandbox/exact.ts";
import { createSandbox, type Sandbox } from "../sandbox/sandbox.ts";
import { keptState, type KeptResource } from "../sandbox/state.ts";
import type { PreviewReport } from "../../operations/preview/report.ts";
import { askEdge } from "./askEdge.ts";
import { interruptedContainers } from "../../operations/swap/interrupted.ts";
import { backsUp } from "./backsUp.ts";
import { giveMotto, hasMotto, hides, motto, watchCommandLines } from "./hidesSecrets.ts";
import { keepsData } from "./keepsData.ts";
import { killedAt, noBuildLeftovers, startedUntil } from "./interruption.ts";
import { languageHost } from "./languageHost.ts";
import { passwordOfDatabase, rotatesSecrets } from "./rotatesSecrets.ts";
import { editFleet } from "./stackFile.ts";

interface FleetOutput {
  image: string;
  boxes: Record<string, string>;
}

const program = "apps/catalog/catalog/__main__.py";

/** Changes of the catalog's program that make a bad image: what stands there, and what is put there. */
const badImages = {
  crash: ['from_environment("catalog", 8081, os.environ)', "from_environment(1 / 0, 8081, os.environ)"],
  "never become healthy": [
    "serve(catalog(load()), settings)",
    "__import__('time').sleep(600)\nserve(catalog(load()), settings)",
  ],
  "die after a while": [
    "    settings = from_environment",
    "    __import__('threading').Timer(4, os._exit, [3]).start()\n    settings = from_environment",
  ],
} satisfies Record<string, [string, string]>;

describe("A stack of container fleets, from its first up to its end", function () {
  this.timeout("30m");
  let sandbox: Sandbox;
  let told: string;
  let ran: Record<string, string>;

  before(async () => {
    sandbox = await createSandbox("lifecycle");
    await giveMotto(sandbox, "orders");
  });

  after(() => sandbox.dispose());

  it("builds every image and answers through the edge after the first up", async () => {
    const commandLines = watchCommandLines();
    told = await up();
    ran = commandLines();
    assert.deepEqual(await ask("catalog.localhost", "/products/rope"), {
      status: 200,
      image: fleet("catalog").image,
    });
    assert.equal((await ask("orders.localhost", "/orders")).status, 200);
    assert.equal((await ask("localhost", "/")).status, 200);
  });

  it("brings a secret to a box byte for byte, whatever stands in it", async () => {
    const [box = ""] = Object.values(fleet("orders").boxes);
    await hasMotto(box);
  });

  it("keeps secrets out of state, logs, labels, command lines, previews, boards and what up says", async () => {
    const password = await passwordOfDatabase(sandbox);
    assert.ok(password.length >= 16, "expected a generated password in the database's box");
    await hides(sandbox, { password, motto }, { "what up said": told, ...ran });
  });

  it("runs and changes nothing in a second up, nor after a refresh", async () => {
    const { report, told: again } = await previewedUp(sandbox);
    assert.equal(report.changes, false);
    assert.match(again, /Resources:\s+\d+ unchanged\s+Duration/);
    const refreshed = await sandbox.pulumi(
      "refresh",
      "--preview-only",
      "--expect-no-changes",
      "--stack",
      "dev",
    );
    assert.equal(refreshed.exitCode, 0, refreshed.all);
  });

  it("builds one layer and swaps one fleet when one application changes", async () => {
    const before = outputs();
    // Unlike any run before, which the engine may still hold the image of.
    sandbox.replace("apps/catalog/catalog/products.json", "Mooring rope", `Mooring line ${randomUUID()}`);
    const { report } = await previewedUp(sandbox);
    const built = report.layers.filter(({ action }) => action !== "keep");
    assert.deepEqual(built, [
      {
        id: "base.python.catalog",
        action: "build",
        causes: [{ kind: "file", what: "apps/catalog/catalog/products.json", change: "changed" }],
      },
    ]);
    assert.deepEqual(swapping(report), ["catalog"]);
    const after = outputs();
    assert.notEqual(after["catalog"]?.image, before["catalog"]?.image);
    assert.deepEqual(after["web"], before["web"]);
    assert.deepEqual(after["orders"], before["orders"]);
    assert.equal((await ask("catalog.localhost", "/products/rope")).image, after["catalog"]?.image);
  });

  it("swaps nothing when a changed input gives the same image", async () => {
    const before = outputs();
    sandbox.replace("playbooks/roles/catalog/tasks/main.yml", "---\n", "---\n# Nothing but a comment.\n");
    const { report } = await previewedUp(sandbox);
    assert.deepEqual(
      report.layers.filter(({ action }) => action === "build").map(({ id }) => id),
      ["base.python.catalog"],
    );
    assert.deepEqual(outputs(), before);
  });

  it("leaves the boxes that run alone when a fleet grows and shrinks", async () => {
    const before = fleet("catalog").boxes;
    editFleet(sandbox, "catalog", (section) => {
      section.boxes = 3;
    });
    const { report } = await previewedUp(sandbox);
    assert.deepEqual(
      report.fleets.filter(({ action }) => action !== "keep").map(({ name, action }) => [name, action]),
      [["catalog", "scale"]],
    );
    const { "catalog-3": added, ...kept } = fleet("catalog").boxes;
    assert.ok(added);
    assert.deepEqual(kept, before);
    editFleet(sandbox, "catalog", (section) => {
      section.boxes = 2;
    });
    await up();
    assert.deepEqual(fleet("catalog").boxes, before);
  });

  rotatesSecrets(() => sandbox);

  it("is one and the same stack to plain pulumi up", async function () {
    const host = await languageHost();
    if ("missing" in host) {
      console.log(`      skipped: ${host.missing}`);
      return this.skip();
    }
    const plain = async () => {
      const PATH = `${host.folder}:${process.env["PATH"] ?? ""}`;
      const args = ["up", "--yes", "--stack", "dev", "--non-interactive"];
      const options = { cwd: sandbox.folder, env: { ...sandbox.environment, PATH }, all: true } as const;
      return (await execa("pulumi", args, options)).all;
    };
    const before = outputs();
    assert.match(await plain(), /Resources:\s+\d+ unchanged\s+Duration/);
    assert.deepEqual(outputs(), before);
    editFleet(sandbox, "catalog", (section) => {
      section.boxes = 3;
    });
    const grown = await plain();
    assert.match(grown, /Container catalog-3 created/);
    assert.match(await up(), /Resources:\s+\d+ unchanged\s+Duration/);
    editFleet(sandbox, "catalog", (section) => {
      section.boxes = 2;
    });
    await plain();
    assert.deepEqual(outputs(), before);
    assert.equal((await preview()).changes, false);
  });

  for (const [what, [text, by]] of Object.entries(badImages)) {
    it(`keeps the old boxes serving when the new image's boxes ${what}`, async () => {
      const before = fleet("catalog");
      editFleet(sandbox, "catalog", (section) => {
        section.gate = { timeoutSeconds: 15, steadySeconds: 8 };
      });
      sandbox.replace(program, text, by);
      const failed = await sandbox.run("commands/main.ts", "up");
      sandbox.replace(program, by, text);
      assert.notEqual(failed.exitCode, 0, failed.all);
      assert.match(failed.all, /fleet catalog: expected all new boxes healthy/);
      assert.match(failed.all, /last lines of its log/);
      assert.deepEqual(await ask("catalog.localhost", "/products/rope"), {
        status: 200,
        image: before.image,
      });
    });
  }

  it("cleans up in the next up with a good image, which the preview says is there", async () => {
    const { report, told: again } = await previewedUp(sandbox);
    const [layer] = report.layers.filter(({ action }) => action === "build");
    assert.ok(layer?.found !== undefined, JSON.stringify(layer));
    assert.doesNotMatch(again, /packer applies/);
    assert.equal(fleet("catalog").image, layer.found);
    const boxes = stateOf("docker:index/container:Container").filter(({ urn }) => urn.includes("::catalog-"));
    assert.equal(boxes.length, 2, boxes.map(({ id }) => id).join(" "));
    assert.equal((await ask("catalog.localhost", "/products/rope")).status, 200);
  });

  it("sees a box that was removed by hand in a refresh, and restores it", async () => {
    const { boxes } = fleet("orders");
    await execa("docker", ["rm", "--force", boxes["orders-1"] ?? ""]);
    const refreshed = await sandbox.run("commands/main.ts", "refresh");
    assert.match(refreshed.all, /1 deleted/);
    await up();
    assert.equal((await ask("orders.localhost", "/orders")).status, 200);
    assert.equal(fleet("orders").boxes["orders-2"], boxes["orders-2"]);
  });

  for (const [when, pattern] of [
    ["a build", /packer applies/],
    ["a swap", /catalog-1 creating replacement/],
  ] as const) {
    it(`completes after an up that was killed during ${when}`, async () => {
      // Words that no run before this one had, or its image would be found rather than built.
      sandbox.replace("apps/catalog/catalog/products.json", "Mooring", `${randomUUID()} Mooring`);
      await killedAt(sandbox, pattern);
      assert.equal((await ask("catalog.localhost", "/products/rope")).status, 200);
      const half = interruptedContainers(keptState(sandbox));
      // Nobody unlocks: the next up sees that the lock's holder is dead.
      assert.match(await up(), /removed the lock of .*, which was killed; going on/);
      for (const { name } of half)
        assert.equal((await execa("docker", ["container", "inspect", name], { reject: false })).exitCode, 1);
      assert.deepEqual(keptState(sandbox).pending_operations ?? [], []);
      assert.equal((await ask("catalog.localhost", "/products/rope")).status, 200);
      assert.equal(fleet("catalog").image, (await ask("catalog.localhost", "/products/rope")).image);
      await noBuildLeftovers();
    });
  }

  it("stops in order on SIGTERM during a build, and needs no repair after it", async () => {
    sandbox.replace("apps/catalog/catalog/products.json", "Mooring", `${randomUUID()} Mooring`);
    const { process: stopped } = await startedUntil(sandbox, /packer applies/);
    process.kill(stopped.pid ?? 0, "SIGTERM");
    const { exitCode, all } = await stopped;
    assert.equal(exitCode, 143, all);
    await noBuildLeftovers();
    await up();
    assert.equal((await ask("catalog.localhost", "/products/rope")).status, 200);
  });

  backsUp(() => sandbox);
  keepsData(() => sandbox);

  const ask = (host: string, path: string) => askEdge(sandbox.port, host, path);

  /** Each one is compared with what a preview said just before it. */
  const up = () => exactUp(sandbox);

  async function preview(): Promise<PreviewReport> {
    const { stdout } = await sandbox.run("commands/main.ts", "preview", "--format", "json");
    return JSON.parse(stdout) as PreviewReport;
  }

  function outputs(): Record<string, FleetOutput> {
    return sandbox.outputs()["fleets"] as Record<string, FleetOutput>;
  }

  function fleet(name: string): FleetOutput {
    const found = outputs()[name];
    assert.ok(found, `expected a fleet ${name}`);
    return found;
  }

  /** What the state has of a type of resource, leftovers of failed updates too. */
  function stateOf(type: string): KeptResource[] {
    return (keptState(sandbox).resources ?? []).filter((resource) => resource.type.startsWith(type));
  }

  function swapping(report: PreviewReport): string[] {
    return report.fleets
      .filter(({ action }) => action === "swap" || action === "follow")
      .map(({ name }) => name);
  }
});
