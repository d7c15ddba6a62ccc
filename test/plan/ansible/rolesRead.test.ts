import { deepEqual } from "node:assert/strict";
import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "../../../config/root.ts";
import { rolesPlay } from "../../../plan/play.ts";
import { Project } from "../project.ts";
import { openedFiles, realPaths, untraceable } from "./opened.ts";

const filter = (name: string) =>
  `class FilterModule:\n    def filters(self):\n        return {"${name}": lambda value: value}\n`;
const lookup =
  'from ansible.plugins.lookup import LookupBase\n\n\nclass LookupModule(LookupBase):\n    def run(self, terms, variables=None, **options):\n        return ["found"]\n';
const module = (utility: string) =>
  `from ansible.module_utils.basic import AnsibleModule\nfrom ${utility} import VALUE\n\nAnsibleModule(argument_spec={}).exit_json(value=VALUE)\n`;
const platform = "playbooks/collections/ansible_collections/acme/platform";

/** All ways that are known in which a role has files read, each by a file of its own. */
const read: Record<string, string> = {
  "playbooks/ansible.cfg": `[defaults]
roles_path = roles:../shared/roles
filter_plugins = ../plugins/filters
`,
  "plugins/filters/configured.py": filter("configured"),
  "playbooks/filter_plugins/ours.py": filter("ours"),
  "playbooks/lookup_plugins/ours.py": lookup,
  "playbooks/library/ours.py": module("ansible.module_utils.ours_utility"),
  "playbooks/module_utils/ours_utility.py": "VALUE = 1\n",
  "playbooks/roles/web/meta/main.yml": "dependencies: [far]\n",
  "playbooks/roles/web/defaults/main.yml":
    "web_part: second\nnames: [mon]\nfar_template: ../../../../far/one.j2\n",
  "playbooks/roles/web/vars/main.yml": "web: 1\n",
  "playbooks/roles/web/library/of_role.py": module("ansible.module_utils.of_role_utility"),
  "playbooks/roles/web/module_utils/of_role_utility.py": "VALUE = 1\n",
  "playbooks/roles/web/templates/outer.j2": "{% include 'part.j2' %}\n",
  "playbooks/roles/web/templates/part.j2": "part\n",
  "playbooks/roles/web/tasks/main.yml": `
- debug: {msg: "{{ far_template | ours | configured }} {{ lookup('ours') }}"}
- ours:
- of_role:
- copy: {src: linked, dest: "{{ scratch }}/linked"}
- template: {src: outer.j2, dest: "{{ scratch }}/template"}
- template: {src: "{{ far_template }}", dest: "{{ scratch }}/far"}
- include_vars: "{{ role_path }}/../../../elsewhere/{{ web_part }}.yml"
- include_vars: {dir: "{{ role_path }}/../../../elsewhere/more"}
- include_tasks: ../../../../elsewhere/tasks.yml
- import_tasks: first.yml
- include_tasks: "{{ item }}"
  with_first_found: [missing.yml, "{{ web_part }}.yml"]
- include_role: name=free
- include_role: {name: "com{{ item }}"}
  loop: "{{ names }}"
- include_role: {name: linked}
- script: run.sh
- debug: {msg: "{{ lookup('file', role_path + '/../../../elsewhere/text') }} {{ lookup('file', from_layer) }}"}
- acme.platform.ask:
- debug: {msg: "{{ 1 | acme.platform.kept }}"}
- delegate_to: localhost
  command: cat {{ role_path }}/../../../elsewhere/catted
`,
  "playbooks/roles/web/tasks/first.yml":
    '- copy: {src: "{{ role_path }}/../../../elsewhere/conf.d/", dest: "{{ scratch }}/conf"}\n',
  "playbooks/roles/web/tasks/second.yml": "- debug: {msg: second}\n",
  "playbooks/roles/web/files/run.sh": "#!/bin/sh\ntrue\n",
  "playbooks/roles/free/tasks/main.yml": "- debug: {msg: free}\n",
  "playbooks/roles/common/tasks/main.yml": "- debug: {msg: common}\n",
  "shared/roles/far/tasks/main.yml": "- include_role: {name: beside_far}\n",
  "shared/roles/beside_far/tasks/main.yml": "- debug: {msg: beside}\n",
  "elsewhere/roles/linked/tasks/main.yml": "- debug: {msg: linked}\n",
  "elsewhere/conf.d/one.conf": "one\n",
  "elsewhere/linked": "linked\n",
  "elsewhere/tasks.yml": "- import_role: {name: by_far_tasks}\n",
  "playbooks/roles/by_far_tasks/tasks/main.yml": "- debug: {msg: far}\n",
  "elsewhere/second.yml": "second: 1\n",
  "elsewhere/more/one.yml": "one: 1\n",
  "elsewhere/text": "text\n",
  "elsewhere/layer": "layer\n",
  "elsewhere/catted": "catted\n",
  "far/one.j2": "far\n",
  [`${platform}/plugins/modules/ask.py`]: module(
    "ansible_collections.acme.platform.plugins.module_utils.asked",
  ),
  [`${platform}/plugins/module_utils/asked.py`]: "VALUE = 1\n",
  [`${platform}/plugins/filter/kept.py`]: filter("kept"),
};

/** What is not read, and so makes no image anew. */
const unread: Record<string, string> = {
  "playbooks/roles/spare/tasks/main.yml": "- debug: {msg: spare}\n",
  "playbooks/collections/ansible_collections/acme/spare/plugins/filter/spare.py": filter("spare"),
  "elsewhere/spare.txt": "spare\n",
  "shared/roles/spare_far/tasks/main.yml": "- debug: {msg: spare}\n",
};

describe("the inputs of a layer of roles", function () {
  this.timeout(60_000);
  let project: Project;

  before(async function () {
    const reason = await untraceable();
    if (reason !== undefined) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    project = new Project();
    for (const [file, text] of Object.entries({ ...read, ...unread })) project.write(file, text);
    const at = (file: string) => path.join(project.root, file);
    symlinkSync("../../elsewhere/roles/linked", at("playbooks/roles/linked"));
    symlinkSync("../../../../elsewhere/linked", at("playbooks/roles/web/files/linked"));
    cpSync(path.join(projectRoot, "playbooks/site.yml"), at("playbooks/site.yml"));
  });
  after(() => {
    project.dispose();
  });

  it("are all files of the project that Ansible opens, and none that it has no way to", async () => {
    const scratch = path.join(project.root, ".scratch");
    project.write(".scratch/made", "");
    const variables = { from_layer: "../../../../elsewhere/layer" };
    const inputs = project.inputs("orders", { roles: ["web"], variables, files: [] });
    const play = path.join(scratch, "play.yml");
    writeFileSync(play, rolesPlay(["web"]));
    const extra = { ...variables, scratch, fleet_roles: ["web"], fleet_play: play };
    writeFileSync(path.join(scratch, "variables.json"), JSON.stringify(extra));
    writeFileSync(
      path.join(scratch, "inventory"),
      'default ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"\n',
    );
    const opened = await openedFiles(
      project.root,
      [
        ...["ansible-playbook", "--inventory", path.join(scratch, "inventory")],
        ...["--extra-vars", `@${scratch}/variables.json`, path.join(project.root, "playbooks/site.yml")],
      ],
      {
        cwd: project.root,
        env: {
          ANSIBLE_CONFIG: path.join(project.root, "playbooks/ansible.cfg"),
          ANSIBLE_LOCAL_TEMP: path.join(scratch, "tmp"),
          ANSIBLE_REMOTE_TMP: path.join(scratch, "remote"),
          ANSIBLE_GATHERING: "explicit",
          ANSIBLE_PIPELINING: "True",
          PYTHONDONTWRITEBYTECODE: "1",
        },
      },
    );
    const ofProject = opened.filter((file) => !file.startsWith(".scratch/"));
    const known = realPaths(project.root, Object.keys(inputs.files));
    deepEqual(
      ofProject.filter((file) => !known.includes(file)),
      [],
    );
    // Each way is one that Ansible goes, or the test would show nothing.
    deepEqual(
      Object.keys(read)

        .filter((file) => !ofProject.includes(file)),
      [],
    );
    deepEqual(
      Object.keys(unread).filter((file) => known.includes(file)),
      [],
    );
  });
});
