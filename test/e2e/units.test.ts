import { deepEqual, equal } from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { execa } from "execa";
import { z } from "zod";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import { boxVolatile } from "../../fleets/box/volatile.ts";
import { buildChain } from "../../images/layer/buildChain.ts";
import { unitFactsSchema } from "../../images/unit/facts.ts";
import { servicesOf } from "../../images/unit/service.ts";
import { systemdReasons, type Service } from "../../plan/service.ts";
import { boxArguments, environment } from "./units/boxArguments.ts";
import { madeUpCases, plainCases, stayingCases, type UnitCase } from "./units/cases.ts";
import { probed, type Probed } from "./units/probed.ts";

const layerFolder = path.join(projectRoot, "images/packer/layer");
/** What a box is told, with all that a file of settings would have to quote. */
const told = { TOLD: "by the box", MULTI: "two\nlines $A \"and\" 'quotes' \\" };

describe("What a box does of a unit is what systemd does", function () {
  this.timeout("10m");
  const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-units-"));
  const cases = [...plainCases, ...madeUpCases(18)];
  const enabled = [...cases, ...stayingCases];
  let container = "";
  let oracle = "";
  let image = "";
  let seen: string[];
  let services: Map<string, Service>;
  let bySystemd: Map<string, Probed>;

  before(async () => {
    const [base] = await buildChain(["base"], readConfigurationFiles(projectRoot, "dev"), projectRoot);
    container = await startSystemd(base?.image ?? "");
    await prepare();
    await inside(["mkdir", "/etc/scripts"]);
    for (const script of ["services.py", "owned_folders.py"])
      await inside(["tee", `/etc/scripts/${script}`], { inputFile: path.join(layerFolder, script) });
    const { stdout } = await inside(["python3", "/etc/scripts/services.py"]);
    const units = z.array(unitFactsSchema).parse(JSON.parse(stdout));
    seen = units.map(({ unit }) => unit);
    services = new Map(servicesOf(units).map((service) => [service.unit, service]));
    image = (await execa("docker", ["commit", container])).stdout;
    // Its units are enabled, so that it starts them all.
    oracle = await startSystemd(image, told);
    bySystemd = await startedBySystemd();
  });

  after(async () => {
    await execa("docker", ["rm", "--force", "--volumes", container, oracle], { reject: false });
    await execa("docker", ["rmi", "--force", image], { reject: false });
    rmSync(folder, { recursive: true, force: true });
  });

  it("sees every unit that is enabled, instances of templates too", async () => {
    const listing = ["--type=service,socket,timer,path", "--state=enabled", "--plain", "--no-legend"];
    const { stdout } = await inside(["systemctl", "list-unit-files", ...listing]);
    const listed = stdout.split("\n").map((line) => line.split(" ")[0] ?? "");
    const isInstance = (unit: string) => unit.includes("@");
    deepEqual(
      seen.filter((unit) => !isInstance(unit)),
      listed.filter((unit) => !isInstance(unit)).sort(),
    );
    const unseen = cases.filter(({ name }) => !services.has(`${name}.service`)).map(({ name }) => name);
    deepEqual(unseen, []);
    deepEqual(services.get("w@8080.service")?.command, ["/opt/probe.sh", "w@8080", "8080"]);
  });

  it("says why systemd has to run a unit, and of no other", () => {
    const reasons = cases.map(({ name, reason }) => [name, reason === undefined ? [] : [reason]]);
    deepEqual(
      cases.map(({ name }) => [name, services.get(`${name}.service`)?.systemd]),
      reasons,
    );
  });

  it("gives the same arguments, environment, user, groups, folders, limits, umask and signals", async () => {
    const wanted = cases.filter(({ reason }) => reason === undefined);
    equal(wanted.length >= 60, true);
    const byBoxes = new Map<string, Probed>();
    await together(wanted, async (unit) => byBoxes.set(unit.name, await runInBox(unit)));
    // What systemd does not start, a box does not either.
    const isSame = ({ name }: UnitCase) => {
      const [box, systemd] = [byBoxes.get(name), bySystemd.get(name)];
      return systemd ? isDeepStrictEqual(box, systemd) : box?.["failed"] !== undefined;
    };
    // The first few say enough.
    const different = wanted.filter((unit) => !isSame(unit)).slice(0, 8);
    const shown = (found: ReadonlyMap<string, Probed>) =>
      different.map(({ name }) => [name, found.get(name)]);
    deepEqual(shown(byBoxes), shown(bySystemd));
    equal(wanted.filter(({ name }) => bySystemd.has(name)).length >= 60, true);
  });

  it("has folders of the image in memory as they are there", async () => {
    const paths = ["/var/spool/probe", "/var/spool/probe/open"];
    const statuses = ["stat", "--format=%n %u:%g %a", ...paths];
    const { stdout: inImage } = await inside(statuses);
    const made = boxVolatile({ init: "systemd", volatile: paths, services: [...services.values()] });
    const { stdout: inBox } = await execa("docker", [
      ...["run", "--rm", "--read-only", "--user", "0:0", "--cap-drop", "ALL", "--cap-add", "DAC_READ_SEARCH"],
      ...paths.flatMap((each) => ["--tmpfs", `${each}:${made[each]}`]),
      ...["--entrypoint", "stat", image, ...statuses.slice(1)],
    ]);
    equal(inBox, inImage);
    deepEqual(inImage.split("\n"), [
      "/var/spool/probe 4100:1500 2750",
      "/var/spool/probe/open 4100:1500 1777",
    ]);
  });

  it("is told to stop as its unit says: all of its processes, or the first one alone", async () => {
    const stopped = await Promise.all(
      stayingCases.map(async ({ name }) => [name, await stoppedBySystemd(name), await stoppedInBox(name)]),
    );
    const all = ["child", "parent", "ready"];
    deepEqual(stopped, [
      ["family", all, all],
      ["mixed-family", ["parent", "ready"], ["parent", "ready"]],
      ["deaf", ["ready"], ["ready"]],
    ]);
  });

  /** As a layer's build starts it. */
  async function startSystemd(
    base: string,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { stdout } = await execa("docker", [
      ...["run", "--detach", "--security-opt", "seccomp=unconfined", "--cgroupns=host"],
      ...["--volume", "/sys/fs/cgroup:/sys/fs/cgroup:rw"],
      ...["--tmpfs", "/run:exec", "--tmpfs", "/run/lock", "--tmpfs", "/tmp:exec"],
      ...[...environment(variables)],
      ...["--entrypoint", "/sbin/init", base],
    ]);
    for (let tries = 0; tries < 100; tries += 1) {
      const state = await execa("docker", ["exec", stdout, "systemctl", "is-system-running"], {
        reject: false,
      });
      if (/running|degraded/.test(state.stdout)) return stdout;
      await sleep(200);
    }
    throw new Error("systemd: expected it to run within 20 s");
  }

  function inside(command: string[], options: { inputFile?: string } = {}) {
    return execa(
      "docker",
      ["exec", "--interactive", container, ...command],
      options.inputFile === undefined ? { stdin: "ignore" } : options,
    );
  }

  /** Brings users, files, units and the first process of boxes. */
  async function prepare(): Promise<void> {
    const units = path.join(folder, "units");
    mkdirSync(units);
    for (const { name, lines, unit = [] } of enabled)
      writeFileSync(path.join(units, `${name}.service`), text(unit, lines));
    writeFileSync(path.join(units, "w@.service"), text([], ["ExecStart=/opt/probe.sh w@%i %i"]));
    const files = path.join(folder, "probe");
    mkdirSync(files);
    writeFileSync(
      path.join(files, "file.env"),
      '# one\nFIRST=first\nSPACED = two  words \nQUOTED="a \\"b\\""\'c\'\\\n d\n',
    );
    writeFileSync(path.join(files, "other.env"), "LAST=last\nFIRST=again\n");
    writeFileSync(path.join(files, "told.env"), "TOLD=by-a-file\n");
    writeFileSync(path.join(files, "secret"), "SECRET=1\n");
    await execa("docker", ["cp", `${files}/.`, `${container}:/etc/probe`]);
    await execa("docker", ["cp", `${units}/.`, `${container}:/etc/systemd/system`]);
    for (const script of ["probe.sh", "family.sh"])
      await execa("docker", [
        "cp",
        path.join(import.meta.dirname, "units", script),
        `${container}:/opt/${script}`,
      ]);
    await inside(["mkdir", "-p", "/usr/lib/fleet"]);
    for (const file of [
      path.join(layerFolder, "fleet-start"),
      path.join(projectRoot, "playbooks/roles/settings/files/fleet_settings.py"),
    ])
      await execa("docker", ["cp", file, `${container}:/usr/lib/fleet/`]);
    const users =
      "useradd --uid 4100 --groups adm,audio --create-home web && useradd --uid 1500 --groups games --no-create-home number";
    const rights =
      "chown -R root:root /etc/probe /opt && chmod 755 /etc/probe /opt/*.sh && chmod 600 /etc/probe/secret";
    const folders =
      "mkdir -p /var/spool/probe/open && chown -R 4100:1500 /var/spool/probe && chmod 2750 /var/spool/probe && chmod 1777 /var/spool/probe/open";
    await inside(["sh", "-c", `${users} && ${rights} && ${folders} && systemctl daemon-reload`]);
    const names = enabled.map(({ name }) => `${name}.service`);
    await inside(["systemctl", "enable", "--quiet", ...names, "w@8080.service"]);
  }

  function text(unit: readonly string[], lines: readonly string[]): string {
    return [...unit, "[Service]", ...lines, "[Install]", "WantedBy=multi-user.target", ""].join("\n");
  }

  async function startedBySystemd(): Promise<Map<string, Probed>> {
    const journal = ["exec", oracle, "journalctl", "--output=cat", "--no-pager", "--grep=^probe "];
    const { stdout } = await execa("docker", journal, { reject: false });
    return new Map(
      stdout
        .split("\n")
        .filter((line) => line !== "")
        .map(probed),
    );
  }

  async function runInBox({ name, lines }: UnitCase): Promise<Probed> {
    const service = services.get(`${name}.service`);
    if (!service) throw new Error(`${name}: expected to be enabled`);
    deepEqual(systemdReasons([service]), []);
    const isTold = lines.some((line) => line.includes("box.env"));
    const { stdout, stderr } = await execa("docker", [...boxArguments(service, isTold ? told : {}, image)], {
      reject: false,
    });
    const line = stdout.split("\n").find((each) => each.startsWith("probe "));
    return line === undefined ? { failed: stderr } : probed(line)[1];
  }

  async function stoppedBySystemd(name: string): Promise<string[]> {
    await execa("docker", ["exec", oracle, "systemctl", "stop", `${name}.service`]);
    const journal = ["exec", oracle, "journalctl", "--output=cat", "--no-pager", `--grep=^stop ${name} `];
    return said((await execa("docker", journal)).stdout, name);
  }

  async function stoppedInBox(name: string): Promise<string[]> {
    const service = services.get(`${name}.service`);
    if (!service) throw new Error(`${name}: expected to be enabled`);
    const { stdout: box } = await execa("docker", boxArguments(service, {}, image, "--detach"));
    try {
      for (let tries = 0; tries < 50 && (await logOf(box)) === ""; tries += 1) await sleep(200);
      const before = Date.now();
      await execa("docker", ["stop", "--time", "20", box]);
      equal(Date.now() - before < 15_000, true, `${name}: expected an end by the signal, got one by force`);
      return said(await logOf(box), name);
    } finally {
      await execa("docker", ["rm", "--force", box]);
    }
  }

  async function logOf(box: string): Promise<string> {
    return (await execa("docker", ["logs", box])).stdout;
  }

  /** Who said something, sorted. */
  function said(log: string, name: string): string[] {
    return log
      .split("\n")
      .filter((line) => line.startsWith(`stop ${name} `))
      .map((line) => line.split(" ")[2] ?? "")
      .sort();
  }
});

/** A few at a time. */
async function together<T>(all: readonly T[], work: (each: T) => Promise<unknown>): Promise<void> {
  const left = [...all];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}
