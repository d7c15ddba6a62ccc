import { absolutePath, capability } from "../../../config/forms.ts";
import { configuredSize } from "./amounts.ts";
import { environmentOf } from "./environmentOf.ts";
import type { ForeignService } from "./ForeignService.ts";
import { healthOfServed, readyOfWorker } from "./healthKeys.ts";
import type { Judged } from "./Judged.ts";
import type { Origin } from "./origins.ts";
import type { Peer } from "./Peers.ts";
import type { ProposedSecrets } from "./ProposedSecrets.ts";
import type { ProposedAccessory, ProposedApplication, ProposedEnvironment } from "./ServicesProposal.ts";
import type { ForeignTasks } from "./tasks.ts";
import type { SayLine } from "./told.ts";

/** What is known when parts are made. */
export interface PartsContext {
  all: readonly Judged[];
  names: ReadonlyMap<string, string>;
  ports: ReadonlyMap<string, number>;
  peers: readonly Peer[];
  secrets: ProposedSecrets;
  origins: ReadonlyMap<string, Origin>;
  say: SayLine;
}

interface Parts<T, E> {
  topology: Record<string, T>;
  environment: Record<string, E>;
}

/** The accessories, and what the environment says of them. */
export function accessoriesOf(
  context: PartsContext,
): Parts<ProposedAccessory, NonNullable<ProposedEnvironment["accessories"]>[string]> {
  const { all, names, ports, origins } = context;
  const found = all.flatMap((each) => {
    if (each.kind !== "accessory") return [];
    const { service, volume, ready } = each;
    const name = names.get(service.name) ?? "";
    const origin = origins.get(service.name);
    const { environment } = environmentOf(service, settingOf(each, context, false));
    const image = origin && "image" in origin ? origin.image : "";
    const port = ports.get(service.name) ?? each.port;
    const own: ProposedAccessory = { image, ...runKeys(service, context.say), port, volume, ready };
    const memory = service.memoryBytes === undefined ? {} : { memory: configuredSize(service.memoryBytes) };
    const given = Object.keys(environment).length === 0 ? {} : { environment };
    return [[name, own, { ...memory, ...given }] as const];
  });
  return {
    topology: Object.fromEntries(found.map(([name, own]) => [name, own])),
    environment: Object.fromEntries(found.map(([name, , environment]) => [name, environment])),
  };
}

/** The applications, and what the environment says of them. */
export function applicationsOf(
  context: PartsContext & { tasks: ForeignTasks },
): Parts<ProposedApplication, { environment: Record<string, string> }> {
  const found = context.all.flatMap((each) => {
    if (each.kind !== "served" && each.kind !== "worker") return [];
    const { service } = each;
    const own = context.tasks.get(service.name);
    const before = own?.before ?? [];
    const { environment, uses } = environmentOf(service, settingOf(each, context, before.length > 0));
    for (const mount of service.mounts) context.say("left", mount.path, whyNoFiles(mount, context.all));
    const all = [...new Set([...uses, ...neededAccessories(service, context)])];
    const application: ProposedApplication = {
      ...(context.origins.get(service.name) ?? {}),
      ...runKeys(service, context.say),
      ...showing(each, context),
      ...(all.length > 0 && { uses: all }),
      ...(own && { tasks: own.tasks }),
      ...(before.length > 0 && { before }),
    };
    return [[context.names.get(service.name) ?? "", application, environment] as const];
  });
  return {
    topology: Object.fromEntries(found.map(([name, application]) => [name, application])),
    environment: Object.fromEntries(
      found.flatMap(([name, , environment]) =>
        Object.keys(environment).length === 0 ? [] : [[name, { environment }]],
      ),
    ),
  };
}

function settingOf(each: Judged, { ports, peers, secrets, say }: PartsContext, forTasks: boolean) {
  const from = each.kind === "served" ? each.port.port : undefined;
  const to = ports.get(each.service.name);
  const moved = from !== undefined && to !== undefined && from !== to ? { moved: { from, to } } : {};
  return { peers, secrets, say, forTasks, ...moved };
}

type RunKeys = Pick<ProposedApplication, "command" | "volatile" | "capabilities">;

function runKeys({ path, command, volatile, capabilities }: ForeignService, say: SayLine): RunKeys {
  const paths = [...new Set(volatile)].filter((each) => absolutePath.safeParse(each).success);
  const rights = capabilities.filter((each) => capability.safeParse(each).success);
  for (const each of volatile.filter((other) => !paths.includes(other)))
    say("left", path, `${each} is no path that can be in memory; name one without spaces and colons`);
  for (const each of capabilities.filter((other) => !rights.includes(other)))
    say("left", `${path}.cap_add`, `${each} is no capability; correct it`);
  return {
    ...(command && { command }),
    ...(paths.length > 0 && { volatile: paths }),
    ...(rights.length > 0 && { capabilities: rights }),
  };
}

function showing(each: Judged, { ports, say }: PartsContext): Partial<ProposedApplication> {
  const { service } = each;
  if (each.kind !== "served") return readyOfWorker(service, say);
  const isPublic = service.ports.some(({ published }) => published) || service.hosts.length > 0;
  return {
    port: ports.get(service.name) ?? each.port.port,
    health: healthOfServed(service, each.port.port, say),
    ...(isPublic && { public: true as const }),
  };
}

function neededAccessories(
  { path, needs, name }: ForeignService,
  { all, names, say }: PartsContext,
): string[] {
  return needs.flatMap((need) => {
    const other = all.find(({ service }) => service.name === need.service);
    if (other?.kind === "accessory") return [names.get(need.service) ?? ""];
    const isStarted = other?.kind === "served" || other?.kind === "worker";
    if (isStarted && need.path.endsWith(".depends_on"))
      say(
        "changed",
        `${path}.depends_on`,
        `${need.service} and ${name} start side by side, and boxes are started again until they work`,
      );
    return [];
  });
}

function whyNoFiles(
  { kind, source, target, readOnly }: ForeignService["mounts"][number],
  all: readonly Judged[],
): string {
  if (kind === "bind" && readOnly)
    return `no files of the machine are put into boxes; bring ${source} in the image (COPY), or what it says in variables`;
  if (kind === "bind")
    return `no files of the machine are put into boxes; bring ${source} in the image (COPY), or keep it in an accessory where it is data`;
  if (kind === "anonymous")
    return `boxes of an application keep nothing; ${target} is as the image has it, or \`volatile\` where it may be empty at each start`;
  const others = all.filter(({ service }) => service.mounts.some((mount) => mount.source === source)).length;
  const what = others > 1 ? `${source} would be of several` : `${source} would be of one box`;
  return `boxes of an application keep nothing, and ${what}; keep ${target} in an accessory (a database, a store that speaks S3), or declare it \`volatile\` where it may be lost`;
}
