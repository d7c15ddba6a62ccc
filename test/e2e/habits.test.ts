import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import type { LayerRecipe } from "../../config/schema.ts";
import { cacheFolder } from "../../work/cache.ts";
import { buildChain } from "../../images/layer/buildChain.ts";

// Contents of this run alone, so that nothing of an earlier one is found.
const unique = randomBytes(6).toString("hex");

describe("Everyday habits of roles that were written for hosts, on the real engine", function () {
  this.timeout("10m");
  const root = mkdtempSync(path.join(tmpdir(), "immutable-fleets-habits-"));
  const configuration = readConfigurationFiles(projectRoot, "dev");
  let image: string;
  let written: Record<string, string>;

  before(async () => {
    for (const part of ["apps", "images", "playbooks", "toolchain"])
      cpSync(path.join(projectRoot, part), path.join(root, part), { recursive: true });
    const habits = path.join(import.meta.dirname, "habits");
    for (const part of ["roles", "collections"])
      cpSync(path.join(habits, part), path.join(root, "playbooks", part), { recursive: true });
    const files = path.join(root, "playbooks/roles/habits/files");
    mkdirSync(files);
    writeFileSync(path.join(files, "unpacked"), "unpacked\n");
    await execa("tar", ["--create", "--gzip", "--file", "archive.tar.gz", "unpacked"], { cwd: files });
    const roles = ["habits", "habits_later", "acme.platform.agent"];
    image = await layer({ roles, variables: { unique } });
    const { stdout } = await inside(image, "grep", "-r", "", "/opt/habits");
    written = {};
    for (const line of stdout.split("\n")) {
      const [, name = "", text = ""] = /^\/opt\/habits\/([^:]+):(.*)$/.exec(line) ?? [];
      written[name] = name in written ? `${written[name]}\n${text}` : text;
    }
  });

  after(async () => {
    const { stdout } = await execa("docker", ["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]);
    const own = stdout.split("\n").filter((line) => line.includes(`-${unique}:`));
    if (own.length > 0) await execa("docker", ["image", "rm", ...own]);
    rmSync(root, { recursive: true, force: true });
  });

  it("become root or somebody else, with a base that has no sudo, and leave none behind", async () => {
    const who = ["root", "www-data www-data /var/www", "www-data", "www-data NAME=value"];
    assert.equal(written["become"], who.join("\n"));
    assert.equal((await inside(image, "sh", "-c", "command -v sudo; ls /run/fleet-build")).stdout, "");
  });

  it("install packages without reading the lists first, and no list is left", async () => {
    assert.match((await inside(image, "dpkg-query", "--show", "tree")).stdout, /^tree\t/);
    assert.equal((await inside(image, "find", "/var/lib/apt/lists", "-type", "f")).stdout, "");
  });

  it("choose among programs that have manuals, of which a lean base has none", async () => {
    const manual = "/usr/share/man/man1/habit.1";
    assert.equal(
      (await inside(image, "readlink", "/etc/alternatives/habit.1", manual)).stdout.split("\n")[1],
      "/etc/alternatives/habit.1",
    );
  });

  it("do a part on the controller, by the controller's Python", () => {
    assert.equal(written["controller"], "True True");
  });

  it("write to files that the engine mounts: new hosts are kept, what the environment decides is left out", async () => {
    assert.equal(written["network"], "192.0.2.7 ledger.internal ledger");
    const kept = await inside(image, "cat", "/usr/lib/fleet/hosts", "/etc/hostname");
    assert.equal(kept.stdout.split("\n")[0], "192.0.2.7 ledger.internal ledger");
    const log = readFileSync(await logOf(image), "utf8");
    for (const name of ["resolv.conf", "hostname"])
      assert.ok(
        log.includes(`/etc/${name}: what roles say is no part of the image; the environment of a box`),
      );
  });

  it("start services, restart them in handlers, wait for them and ask them", () => {
    assert.equal(written["service"], "200 running");
  });

  it("set the time zone, mount with other options and start the machine anew", async () => {
    const table = await inside(image, "cat", "/etc/fstab");
    assert.match(table.stdout, /^proc \/proc proc rw,nosuid,hidepid=2 0 0$/m);
    assert.equal(written["machine"], "active");
    assert.match((await inside(image, "readlink", "/etc/localtime")).stdout, /zoneinfo\/Europe\/Lisbon$/);
  });

  it("create users of a fixed number, unpack archives, set capabilities and say who manages a file", async () => {
    assert.match((await inside(image, "getent", "passwd", "ledger")).stdout, /^ledger:x:4242:65534:/);
    assert.equal(written["unpacked"], "unpacked");
    const capabilities = await inside(image, "getcap", "/opt/habits/program");
    assert.equal(capabilities.stdout, "/opt/habits/program cap_net_bind_service=ep");
    assert.equal(written["managed"], "# Ansible managed\n{{ not a template }}");
  });

  it("see the facts that Ansible would gather, without waiting for it", async () => {
    assert.equal(written["facts"], "differs:");
    assert.doesNotMatch(readFileSync(await logOf(image), "utf8"), /TASK \[Gathering Facts\]/);
  });

  it("see the facts of the network that ip would tell, with a base that has none; what no box has is told", async () => {
    assert.equal(written["network-facts"], "eth0 differs:");
    const [, address] =
      /listen (.*):80/.exec((await inside(image, "cat", "/etc/habits-listen")).stdout) ?? [];
    const log = readFileSync(await logOf(image), "utf8");
    assert.ok(log.includes(`/etc/habits-listen: has ${address}, the address of the build container`));
  });

  it("add jobs without installing cron, which the image then has and starts", async () => {
    const jobs = await inside(
      image,
      "sh",
      "-c",
      "cat /var/spool/cron/crontabs/root /var/spool/cron/crontabs/www-data",
    );
    assert.deepEqual(
      jobs.stdout.split("\n").filter((line) => line.includes("/bin/true")),
      ["7 * * * * /bin/true habit", "@daily /bin/true somebody"],
    );
    assert.match(await units(image), /cron\.service/);
  });

  it("use modules for apt that import a library of Debian's, of which nothing is left", async () => {
    const sources = await inside(image, "cat", "/etc/apt/sources.list.d/habit.sources");
    assert.match(sources.stdout, /^URIs: http:\/\/192\.0\.2\.2\/debian$/m);
    const library = await inside(image, "python3", "-c", "import debian");
    assert.match(library.stderr, /No module named 'debian'/);
  });

  it("use facts, go on after a failure, include roles in one line and give a key twice", async () => {
    assert.equal(written["rescued"], "rescued on Debian");
    assert.equal(written["others"], "common later");
    assert.equal((await inside(image, "stat", "--format", "%a", "/opt/habits/others")).stdout, "644");
  });

  it("use each other's defaults, whichever comes first", () => {
    assert.equal(written["later"], "later than /opt/habits");
  });

  it("come in collections", () => {
    assert.equal(written["collection"], "collected");
  });

  it("say which variable is missing, and are not built a second time for it", async () => {
    const tasks = path.join(root, "playbooks/roles/habits_missing/tasks/main.yml");
    mkdirSync(path.dirname(tasks), { recursive: true });
    writeFileSync(tasks, "- name: need it\n  debug: msg={{ habits_nowhere }}\n");
    await assert.rejects(layer({ roles: ["habits_missing"] }), ({ message }: Error) => {
      assert.match(
        message,
        /variables: expected a value for every variable of "habits_missing : need it" in/,
      );
      assert.match(message, /'habits_nowhere' is undefined; set it there, or in the defaults of the role/);
      assert.doesNotMatch(message, /kernel|machineOnly/);
      const [, log = ""] = /The whole log: (.*)/.exec(message) ?? [];
      assert.equal(readFileSync(log, "utf8").match(/packer applies/g)?.length, 1);
      return true;
    });
  });

  it("say what a service said that does not start, and are not built a second time for it", async () => {
    const tasks = path.join(root, "playbooks/roles/habits_silent/tasks/main.yml");
    mkdirSync(path.dirname(tasks), { recursive: true });
    const unit = "[Service]\\nType=oneshot\\nExecStart=sh -c 'echo No room at all; exit 3'\\n";
    writeFileSync(
      tasks,
      `- copy: { dest: /etc/systemd/system/habits-silent.service, content: "${unit}" }\n- service: name=habits-silent state=started\n`,
    );
    await assert.rejects(layer({ roles: ["habits_silent"] }), ({ message }: Error) => {
      assert.match(
        message,
        /layers\.habits-.*: Unable to start service habits-silent: .* It said: No room at all; /,
      );
      const [, log = ""] = /The whole log: (.*)/.exec(message) ?? [];
      assert.equal(readFileSync(log, "utf8").match(/packer applies/g)?.length, 1);
      return true;
    });
  });

  /** The image of a layer on the sample's base. */
  async function layer(own: Partial<LayerRecipe>): Promise<string> {
    const recipe = { on: "base", roles: [], variables: {}, files: [], machineOnly: false, ...own };
    const name = `habits-${unique}`;
    const layers = { ...configuration.layers, [name]: recipe };
    return (await buildChain(["base", name], { ...configuration, layers }, root)).at(-1)?.image ?? "";
  }
});

/** The log of the build of an image. */
async function logOf(image: string): Promise<string> {
  const format = '{{index .Config.Labels "immutable-fleets.input-digest"}}';
  const { stdout: digest } = await execa("docker", ["image", "inspect", "--format", format, image]);
  const [name = ""] = readdirSync(cacheFolder("logs")).filter((each) =>
    each.endsWith(`-${digest.slice(0, 12)}.log`),
  );
  return path.join(cacheFolder("logs"), name);
}

/** The services of an image that its boxes start. */
async function units(image: string): Promise<string> {
  return (await execa("docker", ["image", "inspect", "--format", "{{json .Config.Labels}}", image])).stdout;
}

/** What a command prints in a container of an image. */
function inside(image: string, program: string, ...args: string[]) {
  return execa("docker", ["run", "--rm", "--entrypoint", program, image, ...args], { reject: false });
}
