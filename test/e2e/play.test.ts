import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { hostsSchema } from "../../config/hosts.ts";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import type { LayerRecipe } from "../../config/schema.ts";
import { applyRoles } from "../../fleets/hosts/apply.ts";
import { WorkFolder } from "../../fleets/hosts/workFolder.ts";
import { buildChain } from "../../images/layer/buildChain.ts";
import { readInputs } from "../../plan/inputs.ts";
import { toolVersions } from "../../plan/tools.ts";
import { cacheFolder } from "../../work/cache.ts";
import { BuildLog } from "../../work/log.ts";
import { openedFiles, realPaths, untraceable } from "../plan/ansible/opened.ts";
import { vaultPassword, writeInfra } from "./play/infra.ts";

const unique = randomBytes(6).toString("hex");

describe("A layer made by an existing playbook, with ansible-playbook as the oracle", function () {
  this.timeout("10m");
  const root = mkdtempSync(path.join(tmpdir(), "immutable-fleets-play-"));
  const infra = path.join(root, "infra");
  const scratch = path.join(root, ".scratch");
  const recipe: LayerRecipe = {
    on: "base",
    roles: [],
    files: [],
    machineOnly: false,
    playbook: "infra/site.yml",
    inventory: "infra/inventories/production",
    groups: ["web"],
    requirements: "infra/requirements.yml",
    vault: { environment: "PLAY_TEST_PASSWORD" },
    variables: { unique, out: "/opt/play", out_of_controller: path.join(scratch, "controller"), v0: "layer" },
  };
  const inputs = (own: Partial<LayerRecipe> = {}) =>
    readInputs(root, "web", { ...recipe, ...own }, toolVersions(root));
  /** What the plays wrote on this machine, by file. */
  let wanted: Record<string, string>;
  let opened: string[] | undefined;

  before(async () => {
    for (const part of ["apps", "images", "playbooks", "toolchain"])
      cpSync(path.join(projectRoot, part), path.join(root, part), { recursive: true });
    mkdirSync(path.join(scratch, "roles"), { recursive: true });
    await writeInfra(infra, Math.random);
    const install = ["role", "install", "-r", "requirements.yml", "-p", path.join(scratch, "roles")];
    await execa("ansible-galaxy", install, { cwd: infra });
    opened = await oracle();
    wanted = filesIn(path.join(scratch, "out"));
  });
  after(async () => {
    const { stdout } = await execa("docker", ["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]);
    const own = stdout.split("\n").filter((line) => line.includes(`play-${unique}:`));
    if (own.length > 0) await execa("docker", ["image", "rm", ...own]);
    rmSync(root, { recursive: true, force: true });
  });

  it("has among its inputs each file that Ansible opens, and neither other roles nor the password", function () {
    const known = realPaths(root, Object.keys(inputs().files));
    for (const other of [
      "infra/roles/spare/tasks/main.yml",
      "infra/plays/spare.yml",
      "infra/.vault-password",
    ])
      assert.ok(!known.includes(other), other);
    if (opened === undefined) {
      console.log("      skipped in part: strace: expected on PATH, got none");
      return;
    }
    assert.ok(opened.includes("infra/inventories/cloud.json"), opened.join("\n"));
    assert.deepEqual(
      opened.filter((file) => !known.includes(file) && file !== "infra/.vault-password"),
      [],
    );
  });

  it("changes its digest with what a dynamic inventory lists, not with how the password is given", () => {
    const before = inputs();
    assert.deepEqual(inputs({ vault: { file: "infra/.vault-password" } }), before);
    assert.match(before.play?.listing ?? "", /^[0-9a-f]{64}$/);
  });

  it("is applied to a mutable host by the same playbook, with the same variables", async () => {
    const out = path.join(scratch, "host");
    const local = 'ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"';
    writeFileSync(path.join(root, "hosts.ini"), `image-build ${local}\n`);
    const settings = hostsSchema.parse({ inventory: "hosts.ini", become: false });
    const host = { name: "image-build", address: "192.0.2.1" };
    const request = {
      ...{
        fleet: "web",
        layers: [inputs({ variables: { ...recipe.variables, out } })],
        hosts: [host],
        settings,
      },
      ...{ applications: [], edge: false, drainSeconds: 1, gate: { timeoutSeconds: 1, steadySeconds: 1 } },
      vaults: { web: { file: "infra/.vault-password" } },
    };
    const work = new WorkFolder(settings, root);
    const log = new BuildLog("web-host", unique);
    try {
      await applyRoles(request, host, { environment: {}, packages: undefined, work, log, root });
    } finally {
      work.dispose();
    }
    assert.deepEqual(filesIn(out), wanted);
    const elsewhere = {
      ...request,
      layers: [inputs({ groups: ["wbe"], variables: { ...recipe.variables, out } })],
    };
    const again = new WorkFolder(settings, root);
    try {
      await assert.rejects(
        applyRoles(elsewhere, host, { environment: {}, packages: undefined, work: again, log, root }),
        /fleet web, host image-build: expected a play of infra\/site\.yml for it, got none; name the groups/,
      );
    } finally {
      again.dispose();
    }
  });

  it("sees what ansible-playbook sees, and nobody reads the password", async () => {
    process.env["PLAY_TEST_PASSWORD"] = vaultPassword;
    const image = await build({});
    const found = await execa(
      "docker",
      ["run", "--rm", "--entrypoint", "tar", image, "-C", "/opt/play", "-c", "."],
      {
        encoding: "buffer",
      },
    );
    const made = path.join(scratch, "made");
    mkdirSync(made);
    await execa("tar", ["-C", made, "-x"], { input: found.stdout });
    assert.deepEqual(filesIn(made), wanted);
    assert.equal(readFileSync(path.join(scratch, "controller"), "utf8"), "image-build\n");
    const log = readFileSync(await logOf(image), "utf8");
    const { stdout: facts } = await execa("docker", ["image", "inspect", image]);
    for (const text of [log, facts, JSON.stringify(inputs())]) assert.ok(!text.includes(vaultPassword));
  });

  it("says that no play is for its groups, and which password is missing, before an image is made", async () => {
    await assert.rejects(
      build({ groups: ["wbe"] }),
      /layers\.play-\w+\.groups: expected groups that a play of infra\/site\.yml is for, got wbe; name the groups that stand in its hosts/,
    );
    Reflect.deleteProperty(process.env, "PLAY_TEST_PASSWORD");
    await assert.rejects(
      build({ groups: ["none"] }),
      /vault\.environment: expected the password in the variable PLAY_TEST_PASSWORD, got nothing; set it/,
    );
  });

  /** Runs the playbook as its users do, on this machine as the box; the files that are opened, where that can be traced. */
  async function oracle(): Promise<string[] | undefined> {
    const variables = { ...recipe.variables, out: path.join(scratch, "out"), ansible_become: false };
    writeFileSync(path.join(scratch, "variables.json"), JSON.stringify(variables));
    const local = 'ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"';
    writeFileSync(path.join(scratch, "box"), `[web]\nimage-build ${local}\n`);
    const command = [
      ...["ansible-playbook", "-i", "inventories/production", "-i", path.join(scratch, "box")],
      ...[
        "--vault-password-file",
        ".vault-password",
        "--limit",
        "image-build",
        "-e",
        `@${scratch}/variables.json`,
        "site.yml",
      ],
    ];
    const env = {
      ANSIBLE_ROLES_PATH: `roles:${scratch}/roles`,
      ANSIBLE_LOCAL_TEMP: path.join(scratch, "tmp"),
      ANSIBLE_PIPELINING: "True",
      PYTHONDONTWRITEBYTECODE: "1",
    };
    if ((await untraceable()) === undefined)
      return (await openedFiles(root, command, { cwd: infra, env })).filter(
        (file) => !file.startsWith(".scratch/"),
      );
    const [program = "", ...args] = command;
    await execa(program, args, { cwd: infra, env });
    return undefined;
  }

  /** The image of the layer on the sample's base. */
  async function build(own: Partial<LayerRecipe>): Promise<string> {
    const configuration = readConfigurationFiles(projectRoot, "dev");
    const name = `play-${unique}`;
    const layers = { ...configuration.layers, [name]: { ...recipe, ...own } };
    return (await buildChain(["base", name], { ...configuration, layers }, root)).at(-1)?.image ?? "";
  }
});

/** What the files of a folder say, by their names. */
function filesIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), "utf8")]),
  );
}

/** The log of the build of an image. */
async function logOf(image: string): Promise<string> {
  const format = '{{index .Config.Labels "immutable-fleets.input-digest"}}';
  const { stdout: digest } = await execa("docker", ["image", "inspect", "--format", format, image]);
  const logs = readdirSync(cacheFolder("logs"));
  return path.join(
    cacheFolder("logs"),
    logs.find((each) => each.endsWith(`-${digest.slice(0, 12)}.log`)) ?? "",
  );
}
