import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import type { PackageRepository } from "../../config/packages.ts";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import type { LayerRecipe } from "../../config/schema.ts";
import { bake } from "../../operations/bake/bake.ts";
import { build } from "../../images/layer/build.ts";
import { buildChain } from "../../images/layer/buildChain.ts";
import { sourceDateEpochSeconds as epochSeconds } from "../../plan/epoch.ts";
import { buildPackage } from "../../images/packages/nfpm.ts";
import { localPackage } from "../../plan/packages.ts";
import { writeRepositories } from "../../images/packages/repository.ts";
import { readInventory } from "../../images/proof/store.ts";
import { digestFiles } from "../../plan/digest.ts";
import { inputDigest, readInputs } from "../../plan/inputs.ts";
import { cacheFolder } from "../../work/cache.ts";
import type { LockedPlace } from "../../plan/lockedPackages.ts";
import { toolVersions } from "../../plan/tools.ts";
import { newerByDnf } from "./newerByDnf.ts";
import { buildsPackages } from "./builtPackage.ts";
import { dnfBase, holdsToLock, packagesByDnf } from "./heldByDnf.ts";

// Contents of this run alone, so that nothing of an earlier one is found.
const unique = randomBytes(6).toString("hex");
const password = `password-${unique}`;

describe("Packages on the real engine", function () {
  this.timeout("10m");
  const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-packages-"));
  const root = path.join(folder, "project");
  const tools = toolVersions(projectRoot);
  let server: Server;
  let repository: PackageRepository;
  let asked: string[];

  before(async () => {
    for (const part of ["apps", "images", "playbooks", "toolchain", "Pulumi.yaml", "Pulumi.dev.yaml"])
      cpSync(path.join(projectRoot, part), path.join(root, part), { recursive: true });
    writeFileSync(path.join(root, "apps/site/public/unique.txt"), unique);
    writeFileSync(path.join(root, "apps/catalog/catalog/unique.txt"), unique);
    writePackage("ledger", `The ledger ${unique}\n`);
    // What an RPM distribution has, in Debian's packages.
    write("apps/rpm-family/nfpm.yaml", definition("rpm-family", "depends: [dnf, rpm]"));
    write(
      "playbooks/roles/meddle/tasks/main.yml",
      "- ansible.builtin.copy: { content: changed by hand, dest: /opt/ledger/text, mode: preserve }\n",
    );
    repository = await serveRepository();
  });

  after(async () => {
    server.close();
    const { stdout } = await execa("docker", ["image", "ls", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"]);
    const own = stdout.split("\n").filter((line) => line.includes(`-${unique}:`));
    if (own.length > 0)
      await execa("docker", ["image", "rm", ...own.map((line) => line.split(" ")[0] ?? "")]);
    rmSync(folder, { recursive: true, force: true });
  });

  it("bake one application onto a base, alone, and find it the second time", async () => {
    const configuration = readConfigurationFiles(root, "dev");
    const tar = path.join(folder, "catalog.tar");
    await buildChain(["base"], configuration, root);
    const started = Date.now();
    const { image } = await bake(
      configuration,
      { wanted: "catalog", base: "base", tag: `bake-${unique}:1`, tar },
      root,
    );
    console.log(`      baked in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    assert.equal(await inside(image, "cat", "/opt/catalog/catalog/unique.txt"), unique);
    assert.match(
      await inside(image, "dpkg-query", "--show", "catalog", "fleetbox"),
      /^catalog\t1\.0\.0\+[0-9a-f]{12}$/m,
    );
    assert.equal(
      await inside(
        image,
        "sh",
        "-c",
        "ls /etc/apt/sources.list.d; ls -A /run/fleet-packages 2>/dev/null; true",
      ),
      await inside(image, "ls", "/etc/apt/sources.list.d"),
    );
    assert.ok(existsSync(tar));
    assert.equal((await bake(configuration, { wanted: "catalog", base: "base" }, root)).image, image);
  });

  it("come by apt from an organisation's repository, whose password stays nowhere", async () => {
    const below = await bake(readConfigurationFiles(root, "dev"), { wanted: "catalog", base: "base" }, root);
    const layer = { packages: { ledger: { version: `1+${unique}` } }, variables: {} };
    const { id, inputDigest: inputs, image } = await onTop(below.image, layer, password);
    assert.equal(await inside(image, "cat", "/opt/ledger/text"), `The ledger ${unique}`);
    // It needs nothing of the distribution, whose lists are then not looked at.
    const log = path.join(cacheFolder("logs"), `${id}-${inputs.slice(0, 12)}.log`);
    assert.match(readFileSync(log, "utf8"), /the lists that are here suffice\] \*+\n.*skipping: \[default\]/);
    assert.ok(asked.length > 0, "expected the repository to be asked");
    await holdsNoTrace(image);
  });

  it("say what is wrong when the password is, without telling it", async () => {
    const below = await bake(readConfigurationFiles(root, "dev"), { wanted: "catalog", base: "base" }, root);
    const layer = { packages: { ledger: { version: `1+${unique}` } }, variables: { other: unique } };
    await assert.rejects(onTop(below.image, layer, `wrong-${unique}`), (error: Error) => {
      assert.match(error.message, /401 +Unauthorized/);
      assert.doesNotMatch(error.message, new RegExp(`wrong-${unique}`));
      return true;
    });
  });

  it("come by dnf from both kinds of repository, where a base has it", async () => {
    const wanted = { wanted: "rpm-family", base: "base" };
    const below = await bake(readConfigurationFiles(root, "dev"), wanted, root);
    // Debian's dnf on a base that has apt, too: no RPM distribution is within reach of every machine.
    const layer = {
      packages: { ledger: { version: `1+${unique}` }, site: { source: "apps/site" } },
      variables: { packages_by_apt: false },
    };
    const { image } = await onTop(below.image, layer, password);
    assert.equal(await inside(image, "cat", "/opt/ledger/text"), `The ledger ${unique}`);
    assert.equal(await inside(image, "cat", "/opt/site/public/unique.txt"), unique);
    const installed = await inside(
      image,
      "sh",
      "-c",
      "python3 -c \"import rpm; print([h['name'] for h in rpm.TransactionSet().dbMatch()])\"",
    );
    assert.match(installed, /ledger/);
    const inventory = readInventory(image)?.contents.packages.filter(({ kind }) => kind === "rpm") ?? [];
    assert.deepEqual(
      inventory.map(({ name }) => name),
      ["ledger", "site"],
    );
    await holdsNoTrace(image);
    const locked = await packagesByDnf(root, "second");
    const roles = ["meddle", "packages", "second"];
    const mended = await onTop(image, { ...layer, roles }, password, locked);
    assert.equal(await inside(mended.image, "cat", "/opt/ledger/text"), `The ledger ${unique}`);
    // Whatever has appeared, dnf installs what is in the lock, and upgrades to nothing else.
    assert.equal(await inside(mended.image, "cat", "/opt/second/text"), "second 1.0-1");
    const left = await inside(
      mended.image,
      "find",
      "/run",
      "/var/cache",
      "/etc/dnf",
      "-name",
      "*fleet-lock*",
    );
    assert.equal(left, "");
    await newerByDnf(mended.image);
  });

  it("make a base by dnf, from the repository that is pinned and no other", async () => {
    const yum = await serveDistribution();
    const metadata = readFileSync(path.join(yum, "repodata/repomd.xml"));
    const digest = `sha256:${createHash("sha256").update(metadata).digest("hex")}`;
    const build = async (pinned: string) => {
      const layers = { [`packages-${unique}`]: dnfBase(yum, pinned) };
      return (
        (await buildChain([`packages-${unique}`], { layers, packages: { repositories: {} } }, root))[0]
          ?.image ?? ""
      );
    };
    const image = await build(digest);
    const { stdout: box } = await execa("docker", ["create", image, "none"]);
    const found = path.join(folder, "rpm");
    await execa("docker", ["cp", `${box}:/var/lib/rpm`, found]);
    await execa("docker", ["cp", `${box}:/opt/filesystem/text`, path.join(folder, "text")]);
    await execa("docker", ["rm", box]);
    assert.equal(readFileSync(path.join(folder, "text"), "utf8"), `filesystem ${unique}\n`);
    const { stdout } = await execa("/usr/bin/python3", ["-c", installedRpms, found]);
    assert.equal(stdout, "ca-certificates dbus dnf filesystem python3 systemd");
    const other = `sha256:${"0".repeat(64)}`;
    await assert.rejects(build(other), {
      message: `from.dnf.repositories.local.digest: expected ${other}, got ${digest}; it has other packages now: put the new digest in, or name a frozen copy`,
    });
    await holdsToLock(root, `packages-${unique}`, () => build(digest));
  });

  buildsPackages(root, unique);

  /** A layer with packages on an image, built as by its command resource. */
  function onTop(
    parent: string,
    recipe: Pick<LayerRecipe, "packages" | "variables"> & { roles?: string[] },
    given: string,
    locked?: LockedPlace["packages"],
  ) {
    const layer = `packages-${unique}`;
    const whole = { roles: ["packages"], files: [], machineOnly: false, ...recipe };
    const repositories = { team: { ...repository, password: "${secret:team}" } };
    const inputs = { ...readInputs(root, layer, whole, tools, repositories), ...(locked && { locked }) };
    const held = locked && { lock: "frozen" as const };
    const request = { id: layer, inputs, epochSeconds, parent, passwords: { team: given }, ...held };
    return build({ ...request, inputDigest: inputDigest(inputs, parent) }, root);
  }

  /** Neither the image nor the build's logs know the repository's password, nor does the image know the repository. */
  async function holdsNoTrace(image: string) {
    const archive = path.join(folder, "scan.tar");
    await execa("docker", ["save", "--output", archive, image]);
    const bytes = readFileSync(archive);
    for (const trace of [password, "build-user", `:${(server.address() as AddressInfo).port}/`])
      assert.ok(!bytes.includes(trace), `expected no ${trace} in the image`);
    const logs = path.join(
      process.env["XDG_CACHE_HOME"] ?? path.join(process.env["HOME"] ?? "", ".cache"),
      "immutable-fleets/logs",
    );
    const { exitCode, stdout } = await execa("grep", ["-rl", password, logs], { reject: false });
    assert.equal(exitCode, 1, `expected no password in ${stdout}`);
  }

  /** A yum repository of what every base needs; what its packages contain is of no account. */
  async function serveDistribution(): Promise<string> {
    const names = ["ca-certificates", "dbus", "dnf", "filesystem", "python3", "systemd"];
    const team = path.join(folder, "team");
    for (const name of names) writePackage(name, `${name} ${unique}\n`);
    const built = await Promise.all(
      names.map((name) => {
        const local = localPackage(name, name, digestFiles(team, [name]), { packager: tools["nfpm"] ?? "" });
        return buildPackage({ ...local, contentDigest: unique }, team, epochSeconds);
      }),
    );
    const served = path.join(folder, "distribution");
    mkdirSync(served);
    await writeRepositories(built, served);
    return path.join(served, "yum");
  }

  function writePackage(name: string, text: string) {
    const contents = `contents: [{src: ${name}, dst: /opt/${name}, type: tree}]`;
    write(`../team/${name}/${name}/text`, text);
    write(`../team/${name}/nfpm.yaml`, definition(name, contents));
  }

  function definition(name: string, more: string): string {
    return `name: ${name}\narch: all\nversion_schema: none\nversion: 1+\${CONTENT_DIGEST}\nmaintainer: T <t@example.org>\ndescription: T\n${more}\n`;
  }

  function write(file: string, text: string) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }

  /** A repository as an organisation has it, behind a password, on an address that build containers reach. */
  async function serveRepository(): Promise<PackageRepository> {
    const team = path.join(folder, "team");
    const local = localPackage("ledger", "ledger", digestFiles(team, ["ledger"]), {
      packager: tools["nfpm"] ?? "",
    });
    const built = await buildPackage({ ...local, contentDigest: unique }, team, epochSeconds);
    const served = path.join(folder, "served");
    mkdirSync(served);
    await writeRepositories([built], served);
    cpSync(path.join(served, "key.asc"), path.join(root, "team.asc"));
    asked = [];
    const expected = `Basic ${Buffer.from(`build-user:${password}`).toString("base64")}`;
    server = createServer((request, response) => {
      const file = path.join(served, decodeURIComponent(request.url ?? ""));
      if (request.headers.authorization !== expected)
        response.writeHead(401, { "WWW-Authenticate": "Basic" }).end();
      else if (!existsSync(file)) response.writeHead(404).end();
      else {
        asked.push(file);
        response.end(readFileSync(file));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
    // The engine's host, as containers on its default bridge reach it.
    const address = networkInterfaces()["docker0"]?.[0]?.address ?? "172.17.0.1";
    const url = `http://${address}:${(server.address() as AddressInfo).port}`;
    return {
      apt: { url: `${url}/apt`, suite: "./", components: [] },
      yum: { url: `${url}/yum` },
      key: "team.asc",
      username: "build-user",
    };
  }
});

const installedRpms = `
import rpm, sys
rpm.addMacro("_dbpath", sys.argv[1])
print(*sorted(header["name"] for header in rpm.TransactionSet().dbMatch()))
`;

/** What a command prints in a container of an image. */
async function inside(image: string, ...command: [string, ...string[]]): Promise<string> {
  const [program, ...args] = command;
  const { stdout } = await execa("docker", ["run", "--rm", "--entrypoint", program, image, ...args]);
  return stdout;
}
