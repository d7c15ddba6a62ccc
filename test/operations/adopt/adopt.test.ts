import { deepEqual, equal, match, throws } from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { validate } from "../../../config/read/validate.ts";
import { proposalText, propose, type Proposal } from "../../../operations/adopt/propose.ts";
import { readEstate } from "../../../operations/adopt/read.ts";

/**
 * An estate as they are found: roles laid out like widely used public ones (a web server with variables per family and a
 * template for each site, a database with users from a list, hardening of SSH), and a team's own deployment.
 */
const estate = {
  "site.yml": `
- hosts: all
  roles: [security]
- hosts: webservers
  roles: [{role: nginx, tags: [web]}, shop]
- hosts: dbservers
  roles: [postgresql]
`,
  "requirements.yml": "roles:\n  - name: example.java\n    version: 1.0.0\n",
  "group_vars/all/vault.yml": "$ANSIBLE_VAULT;1.1;AES256\n6162\n",
  "group_vars/webservers.yml": "nginx_vhosts: []\n",
  "inventory/hosts.ini": "[webservers]\nweb1\n",
  "roles/security/tasks/main.yml": `
- import_tasks: ssh.yml
- name: Set the host name
  ansible.builtin.hostname: {name: "{{ inventory_hostname }}"}
`,
  "roles/security/tasks/ssh.yml": `
- name: Update SSH configuration to be more secure.
  lineinfile: {dest: /etc/ssh/sshd_config, regexp: ^PasswordAuthentication, line: PasswordAuthentication no}
  notify: restart ssh
`,
  "roles/security/handlers/main.yml": "- {name: restart ssh, service: name=sshd state=restarted}\n",
  "roles/nginx/defaults/main.yml":
    "nginx_worker_processes: >-\n  {{ ansible_processor_vcpus | default(1) }}\n",
  "roles/nginx/meta/main.yml": "dependencies: []\ngalaxy_info: {author: us}\n",
  "roles/nginx/tasks/main.yml": `
- include_tasks: setup-Debian.yml
  when: ansible_os_family == 'Debian'
- name: Copy nginx configuration in place.
  template: {src: nginx.conf.j2, dest: /etc/nginx/nginx.conf}
- name: Ensure nginx service is running as configured.
  service: {name: nginx, state: started, enabled: true}
`,
  "roles/nginx/tasks/setup-Debian.yml":
    "- name: Ensure nginx is installed.\n  apt: {name: nginx, state: present}\n",
  "roles/postgresql/tasks/main.yml": `
- name: Ensure PostgreSQL packages are installed.
  apt: {name: postgresql}
- name: Ensure PostgreSQL is started and enabled on boot.
  service: {name: postgresql, state: started, enabled: true}
- block:
    - name: Ensure PostgreSQL users are present.
      community.postgresql.postgresql_user: {name: "{{ item.name }}"}
      with_items: "{{ postgresql_users }}"
`,
  "roles/shop/meta/main.yml": "dependencies: [{role: nginx}]\n",
  "roles/shop/tasks/main.yml": `
- name: Check out the shop
  git: {repo: https://git.example.org/shop.git, dest: /srv/shop, version: main}
- name: Take it out of the balancer
  command: /usr/bin/balancer disable
  delegate_to: lb1
- name: Check what it is told
  assert: {that: shop_name is defined}
  delegate_to: localhost
- name: Ask the box itself
  command: /usr/bin/true
  delegate_to: "{{ inventory_hostname }}"
- name: Tune
  shell: modprobe nf_conntrack
`,
  "roles/shop/templates/hosts.j2":
    "{% for host in groups['dbservers'] %}{{ hostvars[host].ansible_fqdn }}{% endfor %}\n",
};

describe("npm run adopt", () => {
  let folder: string;
  let proposal: Proposal;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-adopt-"));
    for (const [file, text] of Object.entries(estate)) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    proposal = propose(readEstate(folder));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("tells base, stack and application apart", () => {
    deepEqual(Object.fromEntries(proposal.roles.map(({ name, kind }) => [name, kind])), {
      nginx: "stack",
      postgresql: "stack",
      security: "base",
      shop: "application",
    });
  });

  it("has the playbooks make the layers as they stand, one for each group, in a configuration that is right", () => {
    const web = {
      on: "base",
      playbook: "infra/site.yml",
      inventory: "infra/inventory",
      requirements: "infra/requirements.yml",
      vault: { environment: "ANSIBLE_VAULT_PASSWORD" },
    };
    deepEqual(proposal.layers, {
      base: { from: { mirror: { suite: "trixie" } }, roles: ["base"] },
      webservers: { ...web, groups: ["webservers"] },
      dbservers: { ...web, groups: ["dbservers"] },
    });
    deepEqual(proposal.applications, {
      webservers: { layer: "webservers", port: 80 },
      dbservers: { layer: "dbservers", port: 5432 },
    });
    checked(proposal, folder);
  });

  it("puts applications on the stacks that they need where there are no plays, in a configuration that is right", () => {
    const roles = path.join(folder, "only");
    cpSync(path.join(folder, "roles"), path.join(roles, "roles"), { recursive: true });
    const ofRoles = propose(readEstate(roles));
    deepEqual(ofRoles.layers, {
      base: { from: { mirror: { suite: "trixie" } }, roles: ["base", "security"] },
      nginx: { on: "base", roles: ["nginx"] },
      postgresql: { on: "base", roles: ["postgresql"] },
      shop: { on: "nginx", roles: ["shop"] },
    });
    deepEqual(ofRoles.fleets, { shop: { applications: ["shop"] } });
    checked(ofRoles, roles);
  });

  it("leaves a role called base to its repository, and every group with its name a layer of its own", () => {
    const other = path.join(folder, "other");
    for (const [file, text] of [
      [
        "playbooks/site.yml",
        "- hosts: base:db\n  roles: [base]\n- hosts: localhost\n- hosts: 'web:&blue'\n  roles: [base]\n",
      ],
      ["roles/base/tasks/main.yml", "- name: Load\n  command: /srv/shop/manage.py migrate --noinput\n"],
      ["roles/base/templates/shop.conf.j2", "password={{ shop_db_password }}\nserver=192.0.2.7\n"],
      ["inventories/production/hosts", "[base]\napp1 ansible_host=192.0.2.7\n"],
      ["inventories/staging/hosts", "[base]\napp2\n"],
    ] as const) {
      mkdirSync(path.dirname(path.join(other, file)), { recursive: true });
      writeFileSync(path.join(other, file), text);
    }
    const ofOther = propose(readEstate(other));
    const own = {
      on: "base",
      playbook: "infra/playbooks/site.yml",
      inventory: "infra/inventories/production",
    };
    deepEqual(ofOther.layers, {
      base: { from: { mirror: { suite: "trixie" } }, roles: ["base"] },
      "base-2": { ...own, groups: ["base"] },
      db: { ...own, groups: ["db"] },
    });
    deepEqual(
      ofOther.findings.map(({ place, problem }) => [place, problem]),
      [
        ["tasks/main.yml: Load", "changes a database's content, which is no part of an image"],
        ["templates/shop.conf.j2", "writes the secret shop_db_password into the image"],
        ["templates/shop.conf.j2", "names the machine 192.0.2.7, which every box would have"],
      ],
    );
    deepEqual(
      ofOther.notes.map((note) => note.split(";")[0]),
      [
        "playbooks/site.yml: a play of localhost is left out of builds, as with --limit",
        'playbooks/site.yml: hosts "web:&blue" name no group alone',
        "other inventories: inventories/staging",
      ],
    );
    checked(ofOther, other);
  });

  it("names what will not work, each with its place", () => {
    deepEqual(
      proposal.findings.map(({ role, place, problem }) => [role, place, problem.split(/[;,]/)[0]]),
      [
        ["nginx", "defaults/main.yml", "names ansible_processor_vcpus"],
        [
          "postgresql",
          "tasks/main.yml: Ensure PostgreSQL users are present.",
          "changes a database's content",
        ],
        ["security", "tasks/main.yml: Set the host name", "sets a host name"],
        ["shop", "tasks/main.yml: Check out the shop", "takes whatever the repository has at build time"],
        ["shop", "tasks/main.yml: Take it out of the balancer", "acts on another host"],
        ["shop", "tasks/main.yml: Tune", "loads a kernel module"],
        ["shop", "templates/hosts.j2", "names groups"],
      ],
    );
    equal(
      proposal.findings.every(({ wayOut }) => wayOut !== ""),
      true,
    );
  });

  it("says what is left to do by hand", () => {
    deepEqual(
      proposal.notes.map((note) => note.split(":")[0]),
      ["group_vars/all/vault.yml"],
    );
    match(
      proposalText(proposal),
      /^ {2}shop: application \(brings an application \(git to \/srv\/shop\)\)$/m,
    );
  });

  it("reads a single role, laid out to be shared", () => {
    const role = path.join(folder, "roles/nginx");
    deepEqual(
      propose(readEstate(role)).roles.map(({ name, kind }) => [name, kind]),
      [["nginx", "stack"]],
    );
  });

  it("refuses a folder without roles", () => {
    throws(
      () => readEstate(path.join(folder, "inventory")),
      /^Error: PATH: expected an Ansible repository with roles\//,
    );
  });
});

/** Checks what is proposed as a configuration, the repository being where it says. @throws ConfigurationError when it is wrong. */
function checked({ layers, applications, fleets, byPlays }: Proposal, repository: string): void {
  const placed = Object.fromEntries(Object.keys(fleets).map((name) => [name, {}]));
  validate(
    { layers, applications, fleets, environment: { fleets: placed } },
    {
      roles: ["base", ...(byPlays ? [] : readdirSync(path.join(repository, "roles")))],
      exists: (file) => existsSync(path.join(repository, file.replace(/^infra\//, ""))),
      secrets: [],
    },
  );
}
