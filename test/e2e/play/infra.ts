import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";

/** The password of the estate's vault files. */
export const vaultPassword = "correct horse battery staple";

/** Where an Ansible estate says what variables are, each by a file of its own or a part of one. */
const places = [
  ...[
    "role defaults",
    "inventory all",
    "inventory web",
    "inventory group_vars all",
    "inventory group_vars web",
  ],
  ...[
    "inventory group_vars linux",
    "playbook group_vars all",
    "playbook group_vars web",
    "inventory host_vars",
  ],
  ...["playbook host_vars", "play vars", "vars_files", "role vars", "included", "fact", "role parameter"],
] as const;
type Place = (typeof places)[number];

/** How many variables there are, each in another choice of places. */
const variableCount = 160;

/** Variables by the places that give them a value: the value names the place. */
function generated(random: () => number): Record<Place, Record<string, string>> {
  const given = Object.fromEntries(places.map((place) => [place, {}])) as Record<
    Place,
    Record<string, string>
  >;
  for (let index = 0; index < variableCount; index += 1) {
    const chosen = places.filter(() => random() < 0.3);
    for (const place of chosen.length > 0 ? chosen : [places[index % places.length] ?? "included"])
      given[place][`v${index}`] = place;
  }
  return given;
}

/**
 * Writes an estate as they are found into a folder: an inventory of two sources, one of them a program, with groups, variables in
 * all places, a vault, an imported playbook, requirements from an archive. What the plays see, they write below `{{ out }}`.
 */
export async function writeInfra(infra: string, random: () => number): Promise<void> {
  const given = generated(random);
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(infra, file)), { recursive: true });
    writeFileSync(path.join(infra, file), text);
  };
  const production = "inventories/production";
  const ini = (group: string, values: Record<string, string>) =>
    `[${group}:vars]\n${Object.entries(values)
      .map(([name, value]) => `${name}="${value}"\n`)
      .join("")}`;
  write("ansible.cfg", "[defaults]\nroles_path = roles\nforks = 3\n");
  write(
    `${production}/hosts`,
    `web1 ansible_host=192.0.2.1\n\n[web]\nweb1\n\n[db]\ndb1 ansible_host=192.0.2.2 db_port=5433\n\n[linux:children]\nweb\ndb\n\n${ini("all", given["inventory all"])}\n${ini("web", given["inventory web"])}`,
  );
  write(`${production}/cloud.py`, listing);
  chmodSync(path.join(infra, production, "cloud.py"), 0o755);
  write("inventories/cloud.json", JSON.stringify({ cache: { hosts: ["cache1"] } }));
  for (const [file, place] of [
    [`${production}/group_vars/all/main.yml`, "inventory group_vars all"],
    [`${production}/group_vars/web.yml`, "inventory group_vars web"],
    [`${production}/group_vars/linux.yml`, "inventory group_vars linux"],
    [`${production}/host_vars/image-build.yml`, "inventory host_vars"],
    ["group_vars/all.yml", "playbook group_vars all"],
    ["group_vars/web.yml", "playbook group_vars web"],
    ["host_vars/image-build.yml", "playbook host_vars"],
    ["vars/of_play.yml", "vars_files"],
    ["vars/included.yml", "included"],
    ["roles/show/defaults/main.yml", "role defaults"],
    ["roles/show/vars/main.yml", "role vars"],
  ] as const)
    write(file, stringify(given[place]));
  write(`${production}/group_vars/db.yml`, "db_name: shop\n");
  write(".vault-password", vaultPassword);
  write(`${production}/group_vars/all/vault.yml`, "vault_word: hidden\n");
  const vault = [
    "encrypt",
    "--vault-password-file",
    ".vault-password",
    `${production}/group_vars/all/vault.yml`,
  ];
  await execa("ansible-vault", vault, { cwd: infra });
  write("requirements.yml", "roles:\n  - src: vendored/required.tar.gz\n    name: required\n");
  write("vendored/required/meta/main.yml", "galaxy_info: {author: us, description: required}\n");
  write("vendored/required/tasks/main.yml", kept("required", "required"));
  await execa("tar", ["--create", "--gzip", "--file", "required.tar.gz", "required"], {
    cwd: path.join(infra, "vendored"),
  });
  write("site.yml", "- import_playbook: plays/web.yml\n- import_playbook: plays/db.yml\n");
  write("plays/web.yml", webPlay(given));
  write("plays/db.yml", `- hosts: db\n  gather_facts: false\n  tasks:\n    ${kept("db", "never").trim()}\n`);
  write("plays/group_vars/web.yml", "beside_play: 1\n");
  write("plays/files/beside", "beside\n");
  write("plays/templates/groups.j2", "{{ groups['db'] | join(',') }} {{ groups['cache'] | join(',') }}\n");
  write("roles/show/tasks/main.yml", showTasks(given));
  write(
    "roles/show/handlers/main.yml",
    kept("handled", "handled").replace("- copy", "- name: handle\n  copy"),
  );
  write("roles/spare/tasks/main.yml", kept("spare", "spare"));
  write("plays/spare.yml", "- hosts: all\n  roles: [spare]\n");
}

/** A program that lists hosts, of a file beside it. */
const listing = `#!/usr/bin/env python3
import json
import os
import sys

if "--list" in sys.argv:
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cloud.json")) as file:
        print(json.dumps({**json.load(file), "_meta": {"hostvars": {"cache1": {"cache_port": 6379}}}}))
else:
    print("{}")
`;

function kept(name: string, content: string): string {
  return `- copy: {content: "${content}\\n", dest: "{{ out }}/${name}"}\n`;
}

function webPlay(given: Record<Place, Record<string, string>>): string {
  return stringify([
    {
      hosts: "web",
      gather_facts: false,
      become: true,
      vars: given["play vars"],
      vars_files: ["../vars/of_play.yml"],
      pre_tasks: [
        { file: { path: "{{ out }}", state: "directory" } },
        { set_fact: given["fact"] },
        { include_vars: "../vars/included.yml" },
        { copy: { content: "tagged\n", dest: "{{ out }}/tagged" }, tags: ["never"] },
      ],
      roles: ["required", { role: "show", ...given["role parameter"] }],
      tasks: [
        { copy: { src: "beside", dest: "{{ out }}/beside" } },
        { template: { src: "groups.j2", dest: "{{ out }}/groups" } },
        {
          copy: { content: "{{ secret_words }}\n", dest: "{{ out }}/secret" },
          vars: { secret_words: "{{ vault_word | length }}" },
        },
        {
          copy: {
            content:
              "{{ hostvars['db1'].db_port }} {{ hostvars['db1'].db_name }} {{ hostvars['cache1'].cache_port }}\n",
            dest: "{{ out }}/others",
          },
        },
        { copy: { content: "{{ group_names | sort | join(',') }}\n", dest: "{{ out }}/groups_of_box" } },
        {
          delegate_to: "localhost",
          become: false,
          copy: { content: "{{ inventory_hostname }}\n", dest: "{{ out_of_controller }}" },
        },
      ],
    },
  ]);
}

/** Writes what every variable is, where the role sees it. */
function showTasks(given: Record<Place, Record<string, string>>): string {
  const names = [...new Set(Object.values(given).flatMap((values) => Object.keys(values)))].sort();
  const lines = names.map((name) => `${name}={{ ${name} | default('nothing') }}\n`).join("");
  return stringify([{ copy: { content: lines, dest: "{{ out }}/variables" }, notify: "handle" }]);
}
