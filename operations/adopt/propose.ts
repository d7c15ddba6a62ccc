import { stringify } from "yaml";
import { findings, type Finding } from "./findings.ts";
import type { Estate, Role } from "./read.ts";

/** What a role looks like. */
export type RoleKind = "base" | "stack" | "application";

/** A role with its place in an image. */
export interface JudgedRole {
  name: string;
  kind: RoleKind;
  reason: string;
}

/** A proposal for an estate; nothing of it is applied. */
export interface Proposal {
  roles: JudgedRole[];
  /** Layers as in Pulumi.yaml. */
  layers: Record<string, { on?: string; from?: object; roles: string[] }>;
  /** Fleets by the hosts of the plays: the layers of their applications. */
  fleets: Record<string, string[]>;
  findings: Finding[];
  /** What has to be done by hand. */
  notes: string[];
}

const baseWords =
  /^(common|base|ntp|chrony|users?|ssh|sshd|security|hardening|timezone|locale|packages|firewall|motd|sudo|repo.*|epel)$/;
const deploying = [
  "git",
  "subversion",
  "unarchive",
  "synchronize",
  "maven_artifact",
  "npm",
  "composer",
  "pip",
  "gem",
];
const ownPath = /^\/(opt|srv|var\/www|home)\//;

/** Judges each role, and orders them as layers: base, then stacks, then applications on the stacks of their play. */
export function propose(estate: Estate): Proposal {
  const roles = estate.roles.map(judge);
  const ofKind = (kind: RoleKind) => roles.filter((role) => role.kind === kind).map(({ name }) => name);
  const kinds = new Map(roles.map(({ name, kind }) => [name, kind]));
  const layers: Proposal["layers"] = {
    base: {
      from: { mirror: { suite: "bookworm" } },
      roles: ["base", ...ofKind("base").filter((name) => name !== "base")],
    },
  };
  for (const stack of ofKind("stack")) layers[layerName(stack)] = { on: "base", roles: [stack] };
  for (const application of ofKind("application")) {
    const stacks = neededStacks(application, estate, kinds);
    const [below] = stacks;
    layers[layerName(application)] = {
      on: below === undefined ? "base" : layerName(below),
      roles: [...stacks.slice(1), application],
    };
  }
  return {
    roles,
    layers,
    fleets: fleets(estate, kinds),
    findings: estate.roles.flatMap(findings),
    notes: notes(estate),
  };
}

function judge(role: Role): JudgedRole {
  const { name, tasks } = role;
  const modules = tasks.map(({ module }) => module);
  const targets = tasks
    .flatMap(({ args }) => [args["dest"], args["path"]])
    .filter((target) => typeof target === "string");
  const deploys = modules.find((module) => deploying.includes(module));
  const own = targets.find((target) => ownPath.test(target));
  if (baseWords.test(name)) return { name, kind: "base", reason: "by its name" };
  if (deploys !== undefined && (own !== undefined || deploys === "git" || deploys === "synchronize"))
    return {
      name,
      kind: "application",
      reason: `brings an application (${deploys}${own === undefined ? "" : ` to ${own}`})`,
    };
  const installs = modules.some((module) => ["apt", "dnf", "yum", "package", "zypper"].includes(module));
  const serves = modules.some((module) => ["service", "systemd", "systemd_service"].includes(module));
  if (installs && serves) return { name, kind: "stack", reason: "installs packages and runs their service" };
  if (own !== undefined) return { name, kind: "application", reason: `writes ${own}` };
  if (serves && !installs)
    return { name, kind: "application", reason: "runs a service that it does not install" };
  if (installs) return { name, kind: "stack", reason: "installs packages" };
  return { name, kind: "base", reason: "neither installs nor runs anything of its own" };
}

/** The stacks that an application depends on, or that come before it in a play. */
function neededStacks(
  application: string,
  { roles, plays }: Estate,
  kinds: ReadonlyMap<string, RoleKind>,
): string[] {
  const declared = roles.find(({ name }) => name === application)?.dependencies ?? [];
  const play = plays.find((each) => each.roles.includes(application));
  const before = play?.roles.slice(0, play.roles.indexOf(application)) ?? [];
  return [...new Set([...declared, ...before])].filter((name) => kinds.get(name) === "stack");
}

function fleets({ plays }: Estate, kinds: ReadonlyMap<string, RoleKind>): Record<string, string[]> {
  return Object.fromEntries(
    plays.flatMap(({ hosts, roles }) => {
      const known = roles.filter((role) => kinds.has(role));
      const applications = known.filter((role) => kinds.get(role) === "application");
      const top =
        applications.length > 0
          ? applications
          : known.filter((role) => kinds.get(role) === "stack").slice(-1);
      return top.length > 0 ? [[layerName(hosts), top.map(layerName)] as const] : [];
    }),
  );
}

function notes({ required, vaults }: Estate): string[] {
  return [
    ...(required.length > 0
      ? [
          `requirements: ${required.join(", ")} are not in the repository; ansible-galaxy role install -p playbooks/roles -r requirements.yml`,
        ]
      : []),
    ...vaults.map(
      (file) =>
        `${file}: encrypted; secrets must not get into images: pulumi config set --secret --path secrets.NAME`,
    ),
  ];
}

/** A name as the configuration takes it. */
export function layerName(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .replace(/-+$/, "")
    .slice(0, 31);
  return plain === "" ? "all" : plain;
}

/** The proposal as a text: what each role looks like, what will not work and the way out, and a start for Pulumi.yaml. */
export function proposalText({
  roles,
  layers,
  fleets: proposed,
  findings: found,
  notes: told,
}: Proposal): string {
  const fleetTexts = Object.fromEntries(
    Object.entries(proposed).map(([name, applications]) => [name, { applications }]),
  );
  const yaml = stringify({ layers: { value: layers }, fleets: { value: fleetTexts } });
  return [
    "Roles",
    ...roles.map(({ name, kind, reason }) => `  ${name}: ${kind} (${reason})`),
    "",
    "What will not work in an image or a box",
    ...(found.length > 0
      ? found.flatMap(({ role, place, problem, wayOut }) => [
          `  ${role}/${place}`,
          `    ${problem}; ${wayOut}`,
        ])
      : ["  nothing was found"]),
    ...(told.length > 0 ? ["", "By hand", ...told.map((note) => `  ${note}`)] : []),
    "",
    "A start for `config` in Pulumi.yaml; each application also needs an entry in `applications` (layer and port):",
    "",
    ...yaml
      .trimEnd()
      .split("\n")
      .map((line) => `  ${line}`),
    "",
  ].join("\n");
}
