import { environmentOf } from "./environmentOf.ts";
import type { ForeignService } from "./ForeignService.ts";
import { healthOfServed, readyOfWorker } from "./healthKeys.ts";
import type { Judged } from "./Judged.ts";
import { runKeys, settingOf, type Parts, type PartsContext } from "./PartsContext.ts";
import type { ProposedApplication } from "./ServicesProposal.ts";
import type { ForeignTasks } from "./tasks.ts";

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
