import { deepEqual } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import fc from "fast-check";
import { hostsSchema } from "../../../config/hosts.ts";
import { projectRoot } from "../../../config/root.ts";
import { WorkFolder } from "../../../fleets/hosts/workFolder.ts";
import { needs } from "../../images/disk/support/tools.ts";
import { hostileEnvironment, readSettings } from "../instances/support/firstBoot.ts";

const template = path.join(projectRoot, "playbooks/roles/base/templates/box.env.j2");
/** Of this machine, instead of a host's. */
const local = { ansible_become: false, ansible_python_interpreter: "{{ ansible_playbook_python }}" };

describe("a host's environment", function () {
  this.timeout(120_000);
  let work: WorkFolder;
  let folder: string;
  before(function () {
    needs(this, "ansible");
    work = new WorkFolder(hostsSchema.parse({ members: {} }), projectRoot);
    folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-host-values-"));
  });
  after(() => {
    work.dispose();
    rmSync(folder, { recursive: true });
  });

  /** What the services of a host are told, by Ansible and the template of the role `base`. */
  async function told(environment: Record<string, string>): Promise<Record<string, string>> {
    const { variables } = work.files(environment, { roles: ["base"], variables: {} });
    const file = path.join(folder, "box.env");
    await execa(
      "ansible",
      [
        ...["localhost", "--inventory", "localhost,", "--connection", "local"],
        ...["--extra-vars", `@${variables}`, "--extra-vars", JSON.stringify(local)],
        ...["--module-name", "ansible.builtin.template"],
        ...["--args", JSON.stringify({ src: template, dest: file, mode: "0600" })],
      ],
      { env: work.environment() },
    );
    return readSettings(file);
  }

  it("has every value byte for byte, and Ansible evaluates none", async () => {
    const template = {
      EVALUATED: "{{ lookup('pipe', 'echo evil') }}",
      BROKEN: "{% if %}",
      COMMENT: "{# x #}",
    };
    deepEqual(await told(template), template);
  });

  it("has generated values byte for byte, and none becomes another setting", async () => {
    await fc.assert(
      fc.asyncProperty(hostileEnvironment, async (environment) => {
        deepEqual(await told(environment), environment);
      }),
      { numRuns: 4 },
    );
  });
});
