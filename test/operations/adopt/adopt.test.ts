import { deepEqual, equal, match, throws } from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
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

  it("puts applications on the stacks that they need, and fleets as the plays have hosts", () => {
    deepEqual(proposal.layers, {
      base: { from: { mirror: { suite: "bookworm" } }, roles: ["base", "security"] },
      nginx: { on: "base", roles: ["nginx"] },
      postgresql: { on: "base", roles: ["postgresql"] },
      shop: { on: "nginx", roles: ["shop"] },
    });
    deepEqual(proposal.fleets, { webservers: ["shop"], dbservers: ["postgresql"] });
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
      ["requirements", "group_vars/all/vault.yml"],
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
