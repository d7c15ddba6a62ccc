import { parse } from "yaml";
import { name as nameForm } from "../../config/forms.ts";
import { writtenKey } from "../../config/read/stackKeys.ts";
import { ConfigurationError, suggest, type Problem } from "../../config/problem.ts";
import { withEntry } from "./insert.ts";
import { builtKinds, type BuiltKind } from "./kinds.ts";
import type { NewApplication } from "./NewApplication.ts";
import { templateFiles } from "./template.ts";

/** What the project has before. */
export interface ProjectTexts {
  /** Of Pulumi.yaml. */
  topology: string;
  /** Of the stack's file. */
  stack: string;
  /** Names of the roles that it has. */
  roles: readonly string[];
  /** Numbers of users that its roles have. */
  uids: readonly number[];
}

/** What it has afterwards. */
export interface NewTexts {
  topology: string;
  stack: string;
  /** New files by path. */
  files: Record<string, string>;
  port: number;
  /** The host name that it answers to. */
  host: string;
}

interface Entry {
  port?: unknown;
  from?: unknown;
  public?: unknown;
}

interface Topology {
  name?: string;
  config?: Record<string, { value?: Record<string, Entry> }>;
}

/** Users and groups of every Debian system: one of these names would change them. */
const takenUsers =
  /^(root|daemon|bin|sys|sync|games|man|lp|mail|news|uucp|proxy|backup|list|irc|nobody|adm|tty|disk|dialout|fax|voice|cdrom|floppy|tape|sudo|audio|dip|operator|src|shadow|utmp|video|sasl|plugdev|staff|users|nogroup|messagebus)$/;
const firstPort = 8080;
const firstUid = 900;

/**
 * The project's texts with an application more: its layer, a fleet of it, and where it is reached.
 * @throws ConfigurationError with every reason why it cannot be.
 */
export function withApplication(wish: NewApplication, before: ProjectTexts): NewTexts {
  const topology = (parse(before.topology) ?? {}) as Topology;
  const problems = wishProblems(wish, topology, before.roles);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const port = wish.port ?? freePort(topology);
  const { name, kind } = wish;
  const files = kind === "image" ? {} : kindFiles(builtKinds[kind], name, port, before.uids);
  return { ...configured(wish, port, before, topology), files, port };
}

function configured(
  wish: NewApplication,
  port: number,
  before: ProjectTexts,
  topology: Topology,
): Omit<NewTexts, "files" | "port"> {
  const { name } = wish;
  const { config = {} } = (parse(before.stack) ?? {}) as { config?: object };
  const environment = ["config", writtenKey(topology.name ?? "", "environment", Object.keys(config))];
  const hosts = hostsOf(before.stack, environment);
  const host = `${name}.${domainOf(hosts)}`;
  const fleet = withEntry(before.stack, [...environment, "fleets"], name, { boxes: 2, memory: "128 MiB" });
  return {
    host,
    topology: newEntries(wish, port, before, topology, isPublic(topology, hosts)).reduce(
      (text, [section, each, value]) => withEntry(text, ["config", section, "value"], each, value),
      before.topology,
    ),
    stack: withEntry(fleet, [...environment, "hosts"], name, [host]),
  };
}

/** What the topology gets: the section, a name in it, and what stands there. */
function newEntries(
  { name, kind, on, image }: NewApplication,
  port: number,
  before: ProjectTexts,
  topology: Topology,
  exposure: { public?: true },
): (readonly [section: string, name: string, value: unknown])[] {
  const layers = kind === "image" ? {} : newLayers(name, on, builtKinds[kind], topology, before.roles);
  return [
    ...Object.entries(layers).map(([each, value]) => ["layers", each, value] as const),
    ["applications", name, { ...(kind === "image" ? { image } : { layer: name }), port, ...exposure }],
    ["fleets", name, { applications: [name] }],
  ];
}

/** Its own layer, and the one below where that is to be made first. */
function newLayers(
  name: string,
  on: string | undefined,
  kind: BuiltKind,
  topology: Topology,
  roles: readonly string[],
): Record<string, unknown> {
  const layers = valueOf(topology, "layers");
  const base = Object.entries(layers).find(([, { from }]) => from !== undefined)?.[0] ?? "base";
  const parent = on ?? (kind.on in layers || (kind.needs && roles.includes(kind.on)) ? kind.on : base);
  const below = parent in layers ? {} : { [parent]: { on: base, roles: [parent] } };
  return {
    ...below,
    [name]: { on: parent, roles: [name], packages: { [name]: { source: `apps/${name}` } } },
  };
}

function kindFiles(
  kind: BuiltKind,
  name: string,
  port: number,
  uids: readonly number[],
): Record<string, string> {
  const module = name.replaceAll("-", "_");
  const uid = Math.max(firstUid - 1, ...uids) + 1;
  const values = { name, module, variable: module.toUpperCase(), port, uid, command: kind.command(name) };
  return Object.assign({}, ...kind.templates.map((template) => templateFiles(template, values))) as Record<
    string,
    string
  >;
}

function wishProblems(
  { name, kind, on }: NewApplication,
  topology: Topology,
  roles: readonly string[],
): Problem[] {
  const layers = valueOf(topology, "layers");
  const taken = ["applications", "fleets", "accessories", ...(kind === "image" ? [] : ["layers"])].filter(
    (section) => name in valueOf(topology, section),
  );
  const built = kind === "image" ? undefined : builtKinds[kind];
  return [
    ...(nameForm.safeParse(name).success && !takenUsers.test(name) && !name.endsWith("-")
      ? []
      : [
          {
            path: "NAME",
            expected:
              "lower-case letters, digits and dashes, at most 31, that no user of a Debian system is called",
            got: name,
            fix: "name it otherwise",
          },
        ]),
    ...taken.map((section) => ({
      path: `${section}.${name}`,
      expected: "a name that nothing has",
      got: "one that Pulumi.yaml has",
      fix: "name it otherwise",
    })),
    ...(on !== undefined && !(on in layers)
      ? [{ path: "--on", expected: "a layer of Pulumi.yaml", got: on, fix: suggest(on, Object.keys(layers)) }]
      : []),
    ...(built?.needs === true && on === undefined && !(built.on in layers) && !roles.includes(built.on)
      ? [
          {
            path: "--kind",
            expected: `a layer or role named ${built.on}, on which ${kind} sites stand`,
            got: "none",
            fix: "name the layer with --on",
          },
        ]
      : []),
  ];
}

/** Edges ask it themselves, unless a public application has no host name: that one is asked for all, and passes requests on. */
function isPublic(topology: Topology, hosts: Readonly<Record<string, string[]>>): { public?: true } {
  const all = Object.entries(valueOf(topology, "applications"));
  return all.some(([name, each]) => each.public === true && !(name in hosts)) ? {} : { public: true };
}

/** The stack's host names, by application. */
function hostsOf(
  stack: string,
  [config = "", environment = ""]: readonly string[],
): Record<string, string[]> {
  const file = parse(stack) as Record<string, Record<string, { hosts?: Record<string, string[]> }>> | null;
  return file?.[config]?.[environment]?.hosts ?? {};
}

/** Their domain: what follows the first one's first label. */
function domainOf(hosts: Readonly<Record<string, string[]>>): string {
  const [first] = Object.values(hosts).flat();
  return first?.replace(/^[^.]+\./, "") ?? "localhost";
}

/** The first port that no application and no accessory has. */
function freePort(topology: Topology): number {
  const used = ["applications", "accessories"].flatMap((section) =>
    Object.values(valueOf(topology, section)).map(({ port }) => Number(port)),
  );
  let port = firstPort;
  while (used.includes(port)) port += 1;
  return port;
}

function valueOf(topology: Topology, section: string): Record<string, Entry> {
  return topology.config?.[section]?.value ?? {};
}
