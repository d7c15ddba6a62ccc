import type { Role, Task } from "./read.ts";

/** Something that an image or a container cannot have as a host has it. */
export interface Finding {
  role: string;
  /** File and task. */
  place: string;
  /** Why it does not work there. */
  problem: string;
  /** The way out. */
  wayOut: string;
}

interface Rule {
  matches: (task: Task) => boolean;
  problem: string;
  wayOut: string;
}

const command = ({ args }: Task) =>
  [args["_raw"], args["cmd"], args["argv"]]
    .flat()
    .filter((part) => typeof part === "string")
    .join(" ");
const runs = (pattern: RegExp) => (task: Task) =>
  ["command", "shell", "raw", "script"].includes(task.module) && pattern.test(command(task));
const uses =
  (...modules: string[]) =>
  (task: Task) =>
    modules.includes(task.module);
const either =
  (...tests: ((task: Task) => boolean)[]) =>
  (task: Task) =>
    tests.some((test) => test(task));

const machineOnly = "put it into a role of its own, in a layer with machineOnly: true";

const rules: readonly Rule[] = [
  {
    matches: either(uses("modprobe"), runs(/\b(modprobe|insmod)\b/)),
    problem: "loads a kernel module; a container has its host's kernel",
    wayOut: machineOnly,
  },
  {
    matches: uses("mount", "lvg", "lvol", "parted", "filesystem", "zfs", "swapfile"),
    problem: "works on disks or mounts; an image has none",
    wayOut: `${machineOnly}, or declare the path as a volume or volatile`,
  },
  {
    matches: either(uses("reboot"), runs(/\b(reboot|shutdown)\b/)),
    problem: "reboots; a build container would end",
    wayOut: "leave it out: a new box starts anew anyway",
  },
  {
    matches: either(uses("hostname"), runs(/\bhostnamectl\b/)),
    problem: "sets a host name; every box of an image would have it",
    wayOut: "leave it out: boxes get their names when they start",
  },
  {
    matches: uses("selinux", "seboolean", "sefcontext", "grub2", "kernel_blacklist"),
    problem: "sets up the kernel or SELinux",
    wayOut: machineOnly,
  },
  {
    matches: uses("ufw", "firewalld", "iptables", "nftables"),
    problem: "a firewall in the build container protects no box",
    wayOut: "leave it to the security groups or the host; for machines: " + machineOnly,
  },
  {
    matches: uses("cron"),
    problem: "a periodic job runs in every box, by cron, for which boxes run systemd",
    wayOut: "run it in a fleet of one box",
  },
  {
    matches: uses("delegate_to"),
    problem: "acts on another host; a build reaches none",
    wayOut: "leave it to the environment: load balancing is the edge's, registration the stack's",
  },
  {
    matches: uses(
      "postgresql_db",
      "postgresql_user",
      "postgresql_privs",
      "mysql_db",
      "mysql_user",
      "mongodb_user",
    ),
    problem: "changes a database's content, which is no part of an image",
    wayOut: "do it when the accessory starts, or once by hand; the data is on its volume",
  },
  {
    matches: runs(
      /\b(migrate|db:migrate|db:seed|alembic|flyway|liquibase|syncdb|createdb|mysql_install_db|pg_restore)\b/,
    ),
    problem: "changes a database's content, which is no part of an image",
    wayOut: "do it when the application starts, or as a step of the release before the swap",
  },
  {
    matches: uses("docker_container", "docker_compose", "docker_compose_v2", "podman_container"),
    problem: "starts containers; a box is one",
    wayOut: "make the container's content a layer, and it a fleet",
  },
  {
    matches: uses("wait_for", "uri"),
    problem: "asks a service that need not run during a build",
    wayOut: "leave it to the gate (health) of the fleet",
  },
  {
    matches: either(uses("git", "subversion"), runs(/\b(git clone|git pull|svn checkout)\b/)),
    problem: "takes whatever the repository has at build time; equal inputs would give different images",
    wayOut: "make a package of the application (docs/packages.md), or pin a commit",
  },
];

/** Facts and variables that differ between environments, or between hosts. */
const environmental =
  /\b(hostvars|groups)\s*\[|\bansible_(default_ipv4|fqdn|hostname|all_ipv4_addresses|eth0|nodename|memtotal_mb|processor_vcpus)\b|ansible_facts\s*\[\s*['"](default_ipv4|fqdn|hostname|memtotal_mb|processor_vcpus)/;

/** What a template puts into a file that is a secret by its name. */
const secret = /\{\{[^}]*\b(\w*(password|passwd|secret|token|api_?key|private_?key)\w*)\b[^}]*\}\}/i;

/**
 * What of a role will not work in an image or a box, each with a way out.
 * @param machines addresses of the machines that the repository's inventory has
 */
export function findings(role: Role, machines: readonly string[] = []): Finding[] {
  const ofTasks = role.tasks.flatMap((task) =>
    rules
      .filter(({ matches }) => matches(task))
      .map(({ problem, wayOut }) => ({ role: role.name, place: task.place, problem, wayOut })),
  );
  const ofTexts = role.texts.flatMap(({ file, text }) => {
    const found = environmental.exec(text);
    if (!found) return [];
    const problem = `names ${found[0].replace(/\s*\[.*$/, "")}, which is that of the build container`;
    return [
      { role: role.name, place: file, problem, wayOut: "read it when the box starts: from its environment" },
    ];
  });
  return [...ofTasks, ...ofTexts, ...baked(role, machines)];
}

/** Secrets and addresses that would be the same in each box, for as long as the image lives. */
function baked({ name, texts }: Role, machines: readonly string[]): Finding[] {
  return texts.flatMap(({ file, text }) => {
    const [, word] = (file.startsWith("templates/") && secret.exec(text)) || [];
    const machine = machines.find((address) => text.includes(address));
    return [
      ...(word === undefined
        ? []
        : [
            {
              problem: `writes the secret ${word} into the image`,
              wayOut: "read it when the box starts: ${secret:NAME} in its environment",
            },
          ]),
      ...(machine === undefined
        ? []
        : [
            {
              problem: `names the machine ${machine}, which every box would have`,
              wayOut: "read it when the box starts: from its environment",
            },
          ]),
    ].map((found) => ({ role: name, place: file, ...found }));
  });
}
