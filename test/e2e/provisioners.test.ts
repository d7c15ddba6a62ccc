import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import type { LayerRecipe } from "../../config/schema.ts";
import { buildChain } from "../../images/layer/buildChain.ts";

// Contents of this run alone, so that nothing of an earlier one is found.
const unique = randomBytes(6).toString("hex");

describe("Layers by other provisioners than Ansible, on the real engine", function () {
  this.timeout("10m");
  const root = mkdtempSync(path.join(tmpdir(), "immutable-fleets-provisioners-"));
  const configuration = readConfigurationFiles(projectRoot, "dev");

  before(() => {
    for (const part of ["apps", "images", "playbooks", "toolchain"])
      cpSync(path.join(projectRoot, part), path.join(root, part), { recursive: true });
    write("estate/motd.sh", '#!/bin/sh\nset -eu\ncp estate/text /etc/motd\necho "$greeting" >> /etc/motd\n');
    write("estate/text", `${unique}\n`);
    write("estate/fails.sh", "#!/bin/sh\necho about to fail\nexit 7\n");
    write("estate/site.pp", "include ledger\n");
    write(
      "estate/modules/ledger/manifests/init.pp",
      `class ledger {
  package { 'tree': ensure => installed }
  file { '/etc/ledger.conf': content => "\${facts['greeting']} ${unique}\\n", mode => '0644' }
  file { '/etc/systemd/system/ledger.service':
    content => "[Service]\\nExecStart=/bin/sleep infinity\\nUser=nobody\\n[Install]\\nWantedBy=multi-user.target\\n",
  }
  service { 'ledger': ensure => running, enable => true, require => File['/etc/systemd/system/ledger.service'] }
}
`,
    );
  });

  after(async () => {
    const { stdout } = await execa("docker", ["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]);
    const own = stdout.split("\n").filter((line) => line.includes(`-${unique}:`));
    if (own.length > 0) await execa("docker", ["image", "rm", ...own]);
    rmSync(root, { recursive: true, force: true });
  });

  it("are made by shell scripts, and found the second time", async () => {
    const recipe = { provisioner: "shell", run: ["estate/motd.sh"], files: ["estate/text"] } as const;
    const image = await layer({ ...recipe, files: [...recipe.files], run: [...recipe.run] });
    assert.equal(await inside(image, "cat", "/etc/motd"), `${unique}\nhello`);
    assert.equal(await layer({ ...recipe, files: [...recipe.files], run: [...recipe.run] }), image);
  });

  it("name the script that fails, and what it said", async () => {
    await assert.rejects(layer({ provisioner: "shell", run: ["estate/fails.sh"] }), (error: Error) => {
      assert.match(error.message, /expected every step to succeed, got a failure of "estate\/fails\.sh"/);
      assert.match(error.message, /about to fail/);
      return true;
    });
  });

  it("are made by Puppet, which is not part of them", async () => {
    const image = await layer({ provisioner: "puppet", run: ["estate/site.pp"], library: "estate/modules" });
    assert.equal(await inside(image, "cat", "/etc/ledger.conf"), `hello ${unique}`);
    assert.match(await inside(image, "dpkg-query", "--show", "tree"), /^tree\t/);
    const left =
      "dpkg --list | grep -E 'puppet|ruby|facter'; ls -d /etc/puppet /var/lib/puppet; grep puppet /etc/passwd /etc/group; true";
    assert.equal(await inside(image, "sh", "-c", `(${left}) 2>/dev/null`), "");
    const services = await execa("docker", [
      "image",
      "inspect",
      "--format",
      '{{index .Config.Labels "immutable-fleets.services"}}',
      image,
    ]);
    assert.deepEqual(
      (JSON.parse(services.stdout) as { unit: string }[]).map(({ unit }) => unit),
      ["ledger.service"],
    );
  });

  it("are made by Chef, where its client can be had", async function () {
    const { stdout } = await execa("apt-cache", ["policy", "chef"], { reject: false });
    if (!/Candidate: \d/.test(stdout)) {
      console.log("      skipped: chef: expected a package of it for apt (apt-cache policy chef), got none");
      this.skip();
    }
    write("estate/chef.sh", "#!/bin/sh\nset -eu\napt-get update\napt-get install --yes chef\n");
    write(
      "estate/cookbooks/ledger/recipes/default.rb",
      `file '/etc/ledger.conf' do\n  content "#{node['greeting']} ${unique}\\n"\n  mode '0644'\nend\n`,
    );
    write("estate/cookbooks/ledger/metadata.rb", "name 'ledger'\nversion '1.0.0'\n");
    const client = { provisioner: "shell", run: ["estate/chef.sh"] } as const;
    const image = await layer(
      { provisioner: "chef", run: ["recipe[ledger]"], library: "estate/cookbooks" },
      { ...client, run: [...client.run] },
    );
    assert.equal(await inside(image, "cat", "/etc/ledger.conf"), `hello ${unique}`);
  });

  /** The image of a layer on the sample's base, or on a layer on that. */
  async function layer(own: Partial<LayerRecipe>, below?: Partial<LayerRecipe>): Promise<string> {
    const recipe = {
      on: "base",
      roles: [],
      variables: { greeting: "hello" },
      files: [],
      machineOnly: false,
      ...own,
    };
    const name = `estate-${unique}`;
    const client = `client-${unique}`;
    const layers = {
      ...configuration.layers,
      [name]: recipe,
      ...(below && { [client]: { ...recipe, ...below } }),
    };
    const chain = ["base", ...(below ? [client] : []), name];
    return (await buildChain(chain, { ...configuration, layers }, root)).at(-1)?.image ?? "";
  }

  function write(file: string, text: string) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
});

/** What a command prints in a container of an image. */
async function inside(image: string, program: string, ...args: string[]): Promise<string> {
  return (await execa("docker", ["run", "--rm", "--entrypoint", program, image, ...args])).stdout;
}
