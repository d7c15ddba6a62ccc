import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import type { DriftReport } from "../../operations/drift/finding/finding.ts";
import { insideLines } from "../../operations/drift/instances/look.ts";
import { runOnBox } from "../../operations/cloud/systemsManager.ts";
import { signedContents } from "../../images/proof/verify.ts";
import { inContainer, startSystemsManager } from "../emulator/systemsManager.ts";
import type { StatusReport } from "../../operations/status/report.ts";
import { wantedBoxes } from "../../operations/state/box.ts";
import { resourcesOf } from "../../operations/state/resource.ts";
import { countsBetween } from "../../operations/swap/counts.ts";
import { readCounts } from "../../operations/swap/watch.ts";
import { exactUp } from "../sandbox/exact.ts";
import { createSandbox, type Sandbox } from "../sandbox/sandbox.ts";

interface Section {
  fleets: Record<string, object>;
  accessories: object;
  applications: object;
  generatedSecrets: string[];
  hosts: object;
  maximumBoxAgeDays?: number;
}
interface FleetOutputs {
  fleets: { catalog: { boxes: Record<string, string> } };
}

describe("Drift of a running system, damaged by hand", function () {
  this.timeout("20m");
  let sandbox: Sandbox;
  let boxes: Record<string, string>;

  before(async () => {
    sandbox = await createSandbox("drift");
    edit((section) => {
      section.fleets = {
        catalog: { boxes: 3, memory: "128 MiB", cpus: 0.5, environment: { PASSWORD: "s3cret" } },
      };
      section.accessories = {};
      section.applications = {};
      section.generatedSecrets = [];
      section.hosts = {};
    });
    await exactUp(sandbox);
    boxes = ids();
  });

  after(() => sandbox.dispose());

  function edit(change: (section: Section) => void): void {
    sandbox.edit("Pulumi.dev.yaml", (document: { config: Record<string, Section> }) => {
      change(document.config["immutable-fleets:environment"]!);
    });
  }
  function ids(): Record<string, string> {
    return (sandbox.outputs() as unknown as FleetOutputs).fleets.catalog.boxes;
  }
  const docker = async (...args: string[]) => (await execa("docker", args)).stdout;
  const inspect = (box: string, format: string) => docker("inspect", "--format", format, boxes[box]!);

  async function drift(
    ...args: string[]
  ): Promise<{ code: number | undefined; lines: string[]; report: DriftReport }> {
    const run = await sandbox.run("commands/main.ts", "drift", "--format", "json", ...args);
    assert.doesNotMatch(run.all, /s3cret/);
    const at = run.stdout.indexOf("\n{\n");
    const report = JSON.parse(run.stdout.slice(at < 0 ? 0 : at)) as DriftReport;
    const lines = report.findings.map(({ kind, subject, what }) => `${kind} ${subject}: ${what}`).sort();
    return { code: run.exitCode, lines, report };
  }

  it("is none after an update, and the status is well", async () => {
    assert.deepEqual(await drift(), {
      code: 0,
      lines: [],
      report: { stack: "dev", findings: [], unknown: [] },
    });
    assert.equal(await inspect("catalog-1", "{{.HostConfig.NanoCpus}}"), "500000000");
    const status = await sandbox.run("commands/main.ts", "status", "--format", "json");
    assert.equal(status.exitCode, 0, status.all);
    const seen = JSON.parse(status.stdout) as StatusReport;
    const healthy = seen.boxes.filter(({ health }) => health === "healthy").map(({ box }) => box);
    assert.deepEqual(healthy.sort(), ["catalog-1", "catalog-2", "catalog-3"]);
    assert.deepEqual(seen.lastSwap?.swapped, ["catalog", "door", "edge"]);
    await watches();
    const logs = await sandbox.run("commands/main.ts", "logs", "catalog", "--tail", "3");
    assert.equal(logs.exitCode, 0, logs.all);
    for (const line of logs.stdout.split("\n")) assert.match(line, /^(catalog-[123] \| .*)?$/);
  });

  /** The status is told again and again, until Ctrl-C, which is no failure. */
  async function watches(): Promise<void> {
    const watching = sandbox.start("commands/main.ts", "status", "--watch", "--format", "json");
    let looks = 0;
    for await (const line of watching) {
      assert.ok((JSON.parse(line) as StatusReport).well, line);
      if (++looks === 2) watching.kill("SIGINT");
    }
    assert.equal((await watching).exitCode, 0);
  }

  it("is told for limits, networks, files, processes and strangers, and changes nothing", async () => {
    const network = await inspect(
      "catalog-2",
      "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}",
    );
    const before = await sandbox.pulumi("stack", "export", "--stack", "dev");
    await docker("update", "--memory", "256m", "--memory-swap", "256m", boxes["catalog-1"]!);
    await docker("exec", "--user", "0", boxes["catalog-1"]!, "sh", "-c", "echo > /tmp/evil");
    await docker("exec", "--user", "0", "--detach", boxes["catalog-1"]!, "sleep", "1000");
    await docker("network", "disconnect", network, boxes["catalog-2"]!);
    const onDisk = await writeBehindTheEngine("catalog-2");
    const image = await inspect("catalog-1", "{{.Image}}");
    const runStranger = ["run", "--detach", "--rm", "--network", network, "--network-alias", "catalog"];
    const stranger = await docker(...runStranger, "--entrypoint", "/bin/sleep", image, "1000");
    try {
      const { code, lines } = await drift();
      assert.equal(code, 2);
      const name = (await docker("inspect", "--format", "{{.Name}}", stranger)).slice(1);
      const expected = [
        "settings catalog-1: memory",
        "settings catalog-1: memory and swap",
        "content catalog-1: file /tmp/evil in a volatile path belongs to user 0, not to the box's 881",
        "content catalog-1: process sleep was started from outside the box",
        `settings catalog-2: network ${network}`,
        ...(onDisk ? ["content catalog-2: file /usr/bin/backdoor added"] : []),
        `stranger ${name}: a container that the state does not know is in the network ${network}; remove it by docker rm --force ${stranger.slice(0, 12)}`,
      ];
      assert.deepEqual(lines, expected.sort());
      const after = await sandbox.pulumi("stack", "export", "--stack", "dev");
      assert.equal(after.stdout, before.stdout);
    } finally {
      await docker("rm", "--force", stranger);
    }
  });

  it("is told for boxes that are stopped, gone or too old; a stopped one is left in place", async () => {
    await docker("stop", "--time", "1", boxes["catalog-1"]!);
    await docker("rm", "--force", boxes["catalog-2"]!);
    edit((section) => (section.maximumBoxAgeDays = 0.0001));
    const { code, lines } = await drift();
    assert.equal(code, 2);
    for (const line of [
      "settings catalog-1: state",
      "settings catalog-2: container",
      "age catalog-3: age",
      "age edge: age",
    ])
      assert.ok(lines.includes(line), `expected "${line}", got ${lines.join("\n")}`);
    assert.equal(await inspect("catalog-1", "{{.State.Status}}"), "exited");
    await countsFailedRequests();
    edit((section) => delete section.maximumBoxAgeDays);
  });

  /** With no box left, the edge itself answers, and counts it. */
  async function countsFailedRequests(): Promise<void> {
    const { stdout } = await sandbox.pulumi("stack", "export", "--stack", "dev");
    const door = wantedBoxes(resourcesOf(JSON.parse(stdout) as Deployment)).find(
      ({ kind }) => kind === "door",
    );
    await docker("stop", "--time", "1", boxes["catalog-3"]!);
    // No application is public here: the edge is asked where other boxes reach the catalog.
    const edge = wantedBoxes(resourcesOf(JSON.parse(stdout) as Deployment)).find(
      ({ kind }) => kind === "edge",
    );
    const program =
      "import http.client as h; c = h.HTTPConnection('edge', 8081); c.request('GET', '/products/rope'); print(c.getresponse().status)";
    const status = () => docker("exec", edge?.id ?? "", "python3", "-c", program);
    // A request that meets the box's end is another matter.
    await status();
    const before = await readCounts(door?.id ?? "");
    for (let asked = 0; asked < 3; asked++) assert.equal(await status(), "503");
    const { requests, failed } = countsBetween(before, await readCounts(door?.id ?? ""));
    assert.deepEqual([requests, failed], [3, 3]);
    await docker("start", boxes["catalog-3"]!);
  }

  it("is told inside a box that only Systems Manager reaches", async () => {
    const image = await inspect("catalog-3", "{{.Image}}");
    const writable = ["run", "--detach", "--rm", "--network", "none", "--user", "0:0"];
    const box = await docker(...writable, "--entrypoint", "/bin/sleep", image, "1000");
    const manager = await startSystemsManager({ "i-1": inContainer(box) });
    process.env["AWS_ENDPOINT_URL_SSM"] = manager.endpoint;
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "testing", AWS_SECRET_ACCESS_KEY: "testing" });
    try {
      const contents = signedContents(sandbox.folder, { name: "catalog", digest: image });
      const lines = (id = "i-1") =>
        insideLines(contents, [], (line) => runOnBox("eu-central-1", id, line, "drift"));
      assert.deepEqual(await lines(), []);
      assert.equal(manager.sent(), 1);
      const code = "/opt/catalog/catalog/api.py";
      const plant = `cp -p ${code} /tmp/kept; echo '# backdoor' >> ${code}; touch -r /tmp/kept ${code}; rm /usr/bin/cmp`;
      await docker(
        "exec",
        box,
        "sh",
        "-c",
        `${plant}; echo mallory:x:0:0::/:/bin/sh >> /etc/passwd; cp -p /bin/sh /var/tmp/.sh`,
      );
      await docker("exec", box, "chmod", "4755", "/var/tmp/.sh");
      await docker("exec", "--detach", box, "/var/tmp/.sh", "-c", "sleep 1000; true");
      const planted = await lines();
      for (const line of [
        "file /etc/passwd changed",
        "file /opt/catalog/catalog/api.py changed",
        "file /usr/bin/cmp removed",
        "file /var/tmp/.sh gives its owner's rights to whoever starts it",
        "process /var/tmp/.sh runs, which is no program of the image",
      ])
        assert.ok(planted.includes(line), `expected "${line}", got ${planted.join("\n")}`);
      await assert.rejects(lines("i-2"), /expected an agent of Systems Manager there, got none/);
    } finally {
      manager.stop();
      await docker("rm", "--force", box);
    }
  });

  it("is repaired by new boxes in the place of those that drifted, and of no other", async () => {
    const { code, lines } = await drift("--repair");
    assert.deepEqual([code, lines], [0, []]);
    const repaired = ids();
    assert.notEqual(repaired["catalog-1"], boxes["catalog-1"]);
    assert.notEqual(repaired["catalog-2"], boxes["catalog-2"]);
    assert.equal(repaired["catalog-3"], boxes["catalog-3"]);
    const status = await sandbox.run("commands/main.ts", "status");
    assert.equal(status.exitCode, 0, status.all);
  });

  /** Writes a file into a box's root on the engine's disk, past its read-only mount; false where this cannot be done. */
  async function writeBehindTheEngine(box: string): Promise<boolean> {
    const merged = await inspect(box, '{{index .GraphDriver.Data "MergedDir"}}').catch(() => "");
    if (merged === "" || process.getuid?.() !== 0) return false;
    writeFileSync(path.join(merged, "usr/bin/backdoor"), "");
    return true;
  }
});
