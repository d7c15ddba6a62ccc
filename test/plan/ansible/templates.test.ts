import { deepEqual } from "node:assert/strict";
import { Project } from "../project.ts";

describe("the inputs of a layer whose roles name files by templates", () => {
  let project: Project;

  beforeEach(() => {
    project = new Project();
  });
  afterEach(() => {
    project.dispose();
  });

  it("have nothing of what playbooks name, where a template of a role may become the name of one", () => {
    project.write(
      "playbooks/roles.yml",
      `- hosts: all\n  tasks: [{ include_role: { name: "{{ any }}" } }]\n`,
    );
    for (const tasks of [
      '- include_vars: "{{ os }}.yml"\n',
      "- include_tasks: ../../../../shared/tasks.yml\n",
    ])
      deepEqual(
        project.changedBy(() => {
          project.write("shared/tasks.yml", '- include_vars: "{{ os }}.yml"\n');
          project.write("playbooks/roles/orders/tasks/main.yml", tasks);
        }),
        ["orders"],
      );
    deepEqual(
      project.changedBy(() => {
        project.write("playbooks/roles/spare/tasks/main.yml", "[] # another text\n");
        project.write("playbooks/roles/tls/tasks/main.yml", "[] # another text\n");
      }),
      ["web"],
    );
  });

  it("have no collection and no role that is not named, whatever a template may become", () => {
    const spare = "playbooks/collections/ansible_collections/acme/spare/roles/spare/tasks/main.yml";
    project.write("playbooks/roles/orders/tasks/main.yml", "- command: sleep {{ orders_pause }}s\n");
    deepEqual(
      project.changedBy(() => {
        project.write(spare, "[]\n");
        project.write("playbooks/roles/spare/tasks/main.yml", "[]\n");
      }),
      [],
    );
  });

  it("have the roles of playbooks that a playbook imports, whatever roles name them before", () => {
    project.write("infra/site.yml", "- import_playbook: first.yml\n- import_playbook: second.yml\n");
    project.write("infra/first.yml", "- hosts: all\n  roles: [first]\n");
    project.write("infra/second.yml", "- hosts: all\n  roles: [second]\n");
    project.write("infra/roles/first/tasks/main.yml", '- include_vars: "{{ os }}.yml"\n');
    project.write("infra/roles/second/tasks/main.yml", "[]\n");
    const { files } = project.inputs("orders", { roles: [], playbook: "infra/site.yml", files: [] });
    deepEqual(
      Object.keys(files).filter((each) => each.startsWith("infra/roles/")),
      ["infra/roles/first/tasks/main.yml", "infra/roles/second/tasks/main.yml"],
    );
  });
});
