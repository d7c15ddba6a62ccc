import { stringify } from "yaml";
import { defaultSuite } from "../../config/baseSource.ts";
import { setSecretCommand } from "../../config/references/setSecret.ts";
import { findings, type Finding } from "./findings.ts";
import { hasPlays } from "./playbooks.ts";
import { adoptedFolder, playLayers, playNotes, type ProposedLayer } from "./proposePlays.ts";
import { portsOf } from "./ports.ts";
import type { Estate, Role } from "./read.ts";
import { layerName } from "./services/plainName.ts";

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
  /** Whether its playbooks make the layers as they stand, in the folder `infra`; else its roles do, in playbooks/roles. */
  byPlays: boolean;
  /** Layers, applications and fleets as in Pulumi.yaml: they pass the configuration's check. */
  layers: Record<string, ProposedLayer>;
  applications: Record<string, { layer: string; port: number }>;
  fleets: Record<string, { applications: string[] }>;
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

/** Layers that the repository's playbooks make, one for each group of hosts; of roles alone: base, stacks, applications on them. */
export function propose(estate: Estate): Proposal {
  const roles = estate.roles.map(judge);
  const byPlays = hasPlays(estate.playbooks);
  const layers = byPlays ? playLayers(estate.playbooks, estate.vaults.length > 0) : roleLayers(roles, estate);
  const served = byPlays
    ? Object.keys(layers).filter((name) => name !== "base")
    : servedLayers(roles, layers);
  const ports = portsOf(served);
  return {
    roles,
    byPlays,
    layers,
    applications: Object.fromEntries(
      served.map((name) => [name, { layer: name, port: ports[name] ?? 8080 }]),
    ),
    fleets: Object.fromEntries(served.map((name) => [name, { applications: [name] }])),
    findings: estate.roles.flatMap((role) => findings(role, estate.machines)),
    notes: [...(byPlays ? playNotes(estate.playbooks) : roleNotes(estate)), ...vaultNotes(estate)],
  };
}

function roleLayers(roles: readonly JudgedRole[], estate: Estate): Record<string, ProposedLayer> {
  const ofKind = (kind: RoleKind) => roles.filter((role) => role.kind === kind).map(({ name }) => name);
  const kinds = new Map(roles.map(({ name, kind }) => [name, kind]));
  const layers: Record<string, ProposedLayer> = {
    base: {
      from: { mirror: { suite: defaultSuite } },
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
  return layers;
}

/** The layers of applications; those of stacks where there are none. */
function servedLayers(roles: readonly JudgedRole[], layers: object): string[] {
  const named = (kind: RoleKind) =>
    roles.filter((role) => role.kind === kind).map(({ name }) => layerName(name));
  const served = named("application").length > 0 ? named("application") : named("stack");
  return [...new Set(served)].filter((name) => name in layers);
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

function roleNotes({ required, roles }: Estate): string[] {
  return [
    ...(required.length > 0
      ? [
          `requirements: ${required.join(", ")} are not in the repository; ansible-galaxy role install -p playbooks/roles -r requirements.yml`,
        ]
      : []),
    ...(roles.some(({ name }) => name === "base")
      ? [
          "roles/base: the project has a role of that name; give yours another one in playbooks/roles, and list it in a layer",
        ]
      : []),
  ];
}

function vaultNotes({ vaults, playbooks }: Estate): string[] {
  const how = hasPlays(playbooks)
    ? "encrypted; what plays write of it gets into images: leave secrets to the environment of boxes"
    : "encrypted; secrets must not get into images";
  return vaults.map((file) => `${file}: ${how}: ${setSecretCommand("NAME")}`);
}

/** The proposal as a text: what each role looks like, what will not work and the way out, and the configuration. */
export function proposalText(proposal: Proposal): string {
  const { roles, byPlays, findings: found, notes: told } = proposal;
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
    byPlays
      ? `Put the repository into ${adoptedFolder}/ of the project. For \`config\` in Pulumi.yaml, each port being where the box answers:`
      : "Put the roles into playbooks/roles. For `config` in Pulumi.yaml, each port being where the box answers:",
    "",
    ...indented(sharedYaml(proposal)),
    "",
    "For `config` in Pulumi.STACK.yaml:",
    "",
    ...indented(stackYaml(proposal)),
    "",
  ].join("\n");
}

function sharedYaml({ layers, applications, fleets }: Proposal): string {
  return stringify({
    layers: { value: layers },
    applications: { value: applications },
    fleets: { value: fleets },
  });
}

function stackYaml({ fleets }: Proposal): string {
  const placed = Object.fromEntries(Object.keys(fleets).map((name) => [name, {}]));
  return stringify({ environment: { fleets: placed } });
}

function indented(text: string): string[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `  ${line}`);
}
