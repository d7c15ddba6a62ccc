import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { Release } from "../../images/release/release.ts";
import { releaseNumbers } from "../../images/release/folder.ts";
import type { StatusReport } from "../../operations/status/report.ts";
import { underLoad } from "../load/load.ts";
import { portsUnderLoad } from "../load/ports.ts";
import { registryFor, type Registry } from "../registry/registry.ts";
import { ask } from "../sandbox/ask.ts";
import { exactUp } from "../sandbox/exact.ts";
import { freePort, type Sandbox } from "../sandbox/sandbox.ts";
import { pushedImage, shopConfiguration, shopPorts } from "./pushedImage.ts";

/** What the box of version 2 has beyond the usual. */
const more = {
  ulimits: { nofile: { soft: 2048, hard: 4096 } },
  ...{ init: true, shmSize: "96 MiB", volatile: ["/run/jobs:exec"] },
};

/**
 * A worker that says of its jobs, each of which takes a second, when they begin and end. It notes its limits, the size of /dev/shm, whether it is
 * the first process, and whether a program of its own can be run in memory; and its version, where its boxes share a volume.
 */
const worker = (version: number) => `import json, os, pathlib, resource, signal, subprocess, time
ends = []
signal.signal(signal.SIGTERM, lambda *_: ends.append(True))
print("version ${version}", flush=True)
shm = os.statvfs("/dev/shm")
program = pathlib.Path("/run/jobs/program" if os.path.isdir("/run/jobs") else "/run/program")
program.write_text("#!/bin/sh\\nexit 7")
program.chmod(0o755)
try:
    code = subprocess.call([program])
except PermissionError:
    code = None
facts = [resource.getrlimit(resource.RLIMIT_NOFILE), shm.f_blocks * shm.f_frsize >> 20, os.getpid() == 1, code]
with open("/var/tmp/versions", "a") as versions:
    versions.write("${version}\\n")
pathlib.Path("/run/works").write_text(json.dumps(facts))
done = 0
while not ends:
    print(f"begins {done + 1}", flush=True)
    until = time.monotonic() + 1
    while time.monotonic() < until:
        time.sleep(0.05)
    done += 1
    print(f"has done {done}", flush=True)
print(f"ends after {done}", flush=True)
`;

/** A job of each minute, which says when it ran on a volume that is its user's, though the image has nothing there. */
const tick = [
  "import time",
  "with open('/srv/jobs/ticks', 'a') as ticks: ticks.write(f'{time.time() // 60:.0f}\\n')",
].join("\n");

interface ProjectFile {
  config: Record<"applications" | "fleets", { value: Record<string, unknown> }>;
}
interface StackFile {
  config: Record<
    "immutable-fleets:environment",
    { hosts?: object; applications?: object; fleets: Record<string, unknown> }
  >;
}

/** The cases of an application that is somebody else's image, without a shell, and of a worker; the sandbox runs the catalog. */
export function existingImage(sandboxOf: () => Sandbox): void {
  describe("with an existing image and a worker", () => {
    let sandbox: Sandbox;
    let registry: Registry | undefined;
    let swapped = "";
    const published = { tcp: 0, rpc: 0 };

    async function succeeds(name: string, ...args: string[]): Promise<string> {
      const { exitCode, all } = await sandbox.run("commands/main.ts", name, ...args);
      assert.equal(exitCode, 0, all);
      return all;
    }
    const noted = async () => {
      const [box = ""] = boxes("jobs");
      return JSON.parse((await execa("docker", ["exec", box, "cat", "/run/works"])).stdout) as unknown;
    };
    function boxes(fleet: string): string[] {
      const fleets = sandbox.outputs()["fleets"] as Record<string, { boxes: Record<string, string> }>;
      return Object.values(fleets[fleet]?.boxes ?? {});
    }
    const pinned = () =>
      /shop:\d@sha256:[0-9a-f]{64}/.exec(readFileSync(path.join(sandbox.folder, "Pulumi.yaml"), "utf8"))?.[0];
    /** How both boxes of the shop run: as its image says, whatever files that is given. */
    async function isAsItWas(): Promise<void> {
      const format = [
        "{{json .Path}} {{json .Args}} {{.Config.User}} {{.Config.WorkingDir}} {{.Config.StopSignal}}",
        "{{.State.Health.Status}} {{.HostConfig.ReadonlyRootfs}}",
      ].join(" ");
      const { stdout } = await execa("docker", ["inspect", "--format", format, ...boxes("shop")]);
      const line = '"/usr/sbin/haproxy" ["-db","-f","haproxy.cfg"] 65534:65534 /etc SIGUSR1 healthy true';
      assert.deepEqual(stdout.split("\n"), [line, line]);
    }
    /** Where a box of the catalog is told that it reaches the shop, whose port the edge has itself, and what it hears there. */
    async function askedFromABox(): Promise<string> {
      const [box = ""] = boxes("catalog");
      const program = [
        "import os, urllib.request as r; u = os.environ['SHOP_URL']; print(u, r.urlopen(u).read().decode())",
        "print(os.environ['SHOP_RPC_ADDRESS'], r.urlopen(f\"http://{os.environ['SHOP_MAIL_ADDRESS']}\").read().decode())",
      ].join("\n");
      return (await execa("docker", ["exec", box, "python3", "-c", program])).stdout;
    }
    const answer = async () => (await ask(sandbox.port, { host: "shop.localhost", path: "/" })).body;
    function runs(version: number, hasVolume = true): void {
      sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
        config.applications.value["jobs"] = {
          of: "catalog",
          command: ["python3", "-c", worker(version)],
          ready: ["test", "-e", "/run/works"],
          ...(hasVolume && { volumes: { jobs: "/var/tmp", ticks: "/srv/jobs" } }),
          schedules: {
            tick: { command: ["python3", "-c", tick], at: "* * * * *", timeZone: "Europe/Berlin" },
          },
          ...(version > 1 && more),
        };
      });
    }

    before(async function () {
      sandbox = sandboxOf();
      const started = await registryFor(this);
      registry = started;
      published.tcp = await freePort();
      published.rpc = await freePort();
      const { imageDigests } = sandbox.outputs() as { imageDigests: Record<string, string> };
      for (const version of [1, 2])
        await pushedImage(imageDigests["base.haproxy"] ?? "", `${started.prefix}/shop:${version}`, version);
      sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
        config.applications.value["shop"] = {
          ...{ image: `${started.prefix}/shop:1`, port: 80, public: true },
          ...{ init: true, ulimits: { nofile: 4096 }, ports: shopPorts },
        };
        for (const name of ["shop", "jobs"]) config.fleets.value[name] = { applications: [name] };
      });
      runs(1);
      const gate = { steadySeconds: 1 };
      sandbox.edit("Pulumi.dev.yaml", ({ config }: StackFile) => {
        const environment = config["immutable-fleets:environment"];
        environment.hosts = { shop: ["shop.localhost"] };
        environment.applications = { shop: { published: { mail: published.tcp, rpc: published.rpc } } };
        environment.fleets["shop"] = { boxes: 2, gate };
        environment.fleets["jobs"] = { gate, drainSeconds: 20 };
      });
    });

    after(() => registry?.stop());

    it("refuses a tag, and pins what it means", async () => {
      const tag = `${registry?.prefix ?? ""}/shop:1`;
      const { exitCode, all } = await sandbox.run("commands/main.ts", "up");
      assert.equal(exitCode, 1, all);
      assert.match(
        all,
        new RegExp(
          `applications.shop.image: expected an image pinned by its digest \\(name@sha256:…\\), got ${tag}; npm run pin -- shop ${tag} writes it`,
        ),
      );
      const said = await succeeds("pin", "shop", tag);
      assert.match(
        said,
        new RegExp(`applications\\.shop\\.image: ${tag}@sha256:\\w{64} is written; was ${tag}`),
      );
      assert.match(await succeeds("pin", "shop"), /stands there already/);
    });

    it("runs it as it is: command, user, folder, stop signal, health check; nothing in it has a shell", async () => {
      await exactUp(sandbox);
      assert.equal(await answer(), "shop 1");
      assert.match(await askedFromABox(), /^http:\/\/edge:2\d{4} shop 1\nedge:50051 shop 1$/);
      await isAsItWas();
      const [box = ""] = boxes("shop");
      const pid = await execa("docker", ["inspect", "--format", "{{.State.Pid}}", box]);
      const { stdout: programs } = await execa("docker", ["top", box, "-o", "pid,comm"]);
      // Its health check runs now and then, too.
      assert.match(programs, new RegExp(`^ *${pid.stdout} +docker-init$`, "m"));
      assert.match(programs, /^ *\d+ +haproxy$/m);
      const [[soft, hard], ...others] = (await noted()) as [[number, number], ...unknown[]];
      assert.ok(soft <= hard && soft !== 2048, `${soft}:${hard}`);
      assert.deepEqual(others, [64, true, null]);
      const numbers = releaseNumbers(sandbox.folder, "dev");
      const file = path.join(sandbox.folder, `releases/dev/${Math.max(...numbers)}.json`);
      const { images, fleets } = JSON.parse(readFileSync(file, "utf8")) as Release;
      assert.equal(fleets["shop"]?.image, "image-shop");
      const digest = pinned()?.replace(/^.*@/, "") ?? "";
      assert.equal(images["image-shop"]?.manifest, `${registry?.prefix ?? ""}/shop@${digest}`);
      assert.match(await succeeds("verify", "shop"), new RegExp(`: verified\\n(.*\\n)*.*place image-shop`));
    });

    it("swaps both to new digests and commands: no request is lost, every job that began is done", async () => {
      const before = pinned();
      await succeeds("pin", "shop", `${registry?.prefix ?? ""}/shop:2`);
      runs(2);
      mkdirSync(path.join(sandbox.folder, "conf"));
      writeFileSync(path.join(sandbox.folder, "conf/shop.cfg"), shopConfiguration("2 by a file"));
      sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
        Object.assign(config.applications.value["shop"] as object, {
          files: { "/etc/haproxy.cfg": "conf/shop.cfg" },
        });
      });
      const preview = await succeeds("preview");
      const prefix = registry?.prefix ?? "";
      const causes = [
        `image: was ${prefix}/${before ?? ""}, now ${prefix}/${pinned() ?? ""}`,
        ...["place /etc/haproxy.cfg added", "file conf/shop.cfg added"],
      ];
      assert.ok(preview.includes(`image-shop builds: ${causes.join(", ")}`), preview);
      swapped = preview;
      assert.match(preview, /jobs swaps 1 box: command, init, labels, size of \/dev\/shm, tmpfs, ulimits/);
      const [old = ""] = boxes("jobs");
      const logs = execa("docker", ["logs", "--follow", old], { reject: false });
      const { result, tcp, rpc } = await portsUnderLoad(published, () =>
        underLoad(sandbox.port, () => exactUp(sandbox), ["shop.localhost/"], 200),
      );
      assert.deepEqual(result.failures, {});
      // By TCP and gRPC it was the same: nothing but the old version's answers, and then the new one's.
      assert.deepEqual(Object.keys(tcp), ["shop 1", "shop 2 by a file"]);
      assert.deepEqual(Object.keys(rpc), ["200/0 shop 1", "200/0 shop 2 by a file"]);
      assert.ok(Math.min(...Object.values({ ...tcp, ...rpc })) > 50, JSON.stringify({ tcp, rpc }));
      assert.ok(result.requests > 500, `${result.requests} requests`);
      assert.equal(await answer(), "shop 2 by a file");
      await isAsItWas();
      const lines = (await logs).stdout.split("\n");
      const done = lines.filter((each) => each.startsWith("has done")).length;
      assert.deepEqual(
        [lines[0], lines.filter((each) => each.startsWith("begins")).length, lines.at(-1)],
        ["version 1", done, `ends after ${done}`],
      );
      const now = await execa("docker", ["logs", ...boxes("jobs")]);
      assert.match(now.stdout, /^version 2\nbegins 1\n/);
      assert.deepEqual(await noted(), [[2048, 4096], 96, false, 7]);
    });

    it("runs a schedule once a minute, before and after its box is swapped, and says how", async () => {
      assert.match(swapped, /jobs-schedules swaps 1 box: /);
      const began = Math.floor(Date.now() / 60_000);
      let minutes: number[] = [];
      while ((minutes.at(-1) ?? 0) <= began) {
        assert.ok(
          Date.now() < (began + 2) * 60_000,
          `no tick in the minute after ${began}: ${minutes.join()}`,
        );
        await sleep(2000);
        const [box = ""] = boxes("jobs");
        const { stdout } = await execa("docker", ["exec", box, "cat", "/srv/jobs/ticks"], { reject: false });
        minutes = stdout.split("\n").filter(Boolean).map(Number);
      }
      const whole = Array.from({ length: began + 2 - (minutes[0] ?? 0) }, (_, index) => began + 1 - index);
      assert.deepEqual(minutes, whole.reverse());
      assert.ok(minutes.length > 1, minutes.join());
      const { schedules = [] } = JSON.parse(await succeeds("status", "--format", "json")) as StatusReport;
      assert.deepEqual(
        schedules.map(({ last, next, ...each }) => ({
          ...each,
          result: last?.result,
          isNext: Date.parse(next) > Date.now() - 5000,
        })),
        [
          {
            box: "jobs-schedules-1",
            schedule: "tick",
            missed: 0,
            skipped: 0,
            result: "succeeded",
            isNext: true,
          },
        ],
      );
      assert.match(await succeeds("status"), /^tick +jobs-schedules-1 +.* succeeded, exit code 0, 0 s /m);
    });

    it("keeps what is on a volume that its boxes share, which a shell beside them sees, and refuses to lose it", async () => {
      assert.match(await succeeds("exec", "jobs", "cat", "/var/tmp/versions"), /^1\n2$/m);
      runs(2, false);
      const { exitCode, all } = await sandbox.run("commands/main.ts", "up");
      assert.equal(exitCode, 1, all);
      assert.match(
        all,
        /applications\.APPLICATION\.volumes\.jobs: expected it in an application that runs in containers here, since the data of jobs is there \(jobs-shared-\w+\), got nothing; put it back/,
      );
      runs(2);
    });

    it("has no drift", async () => {
      assert.match(await succeeds("drift"), /no drift/);
    });
  });
}
