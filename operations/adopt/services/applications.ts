import { environmentOf } from "./environmentOf.ts";
import type { ForeignService } from "./ForeignService.ts";
import { givenFiles } from "./givenFiles.ts";
import { healthOfServed, readyOfWorker } from "./healthKeys.ts";
import type { Judged } from "./Judged.ts";
import type { Origin } from "./origins.ts";
import { runKeys, settingOf, type Parts, type PartsContext } from "./PartsContext.ts";
import type { ProposedApplication } from "./ServicesProposal.ts";
import { sharedVolumes, volumesOf } from "./sharedVolumes.ts";
import type { ForeignTasks } from "./tasks.ts";

/** The applications, and what the environment says of them. */
export function applicationsOf(
  context: PartsContext & { tasks: ForeignTasks },
): Parts<ProposedApplication, { environment: Record<string, string> }> {
  const shared = sharedVolumes(context.all);
  const found = context.all.flatMap((each) => {
    if (each.kind !== "served" && each.kind !== "worker") return [];
    const { service } = each;
    const own = context.tasks.get(service.name);
    const before = own?.before ?? [];
    const { environment, uses } = environmentOf(service, settingOf(context, before.length > 0));
    const volumes = volumesOf(service, shared, context.say);
    const all = [...new Set([...uses, ...neededAccessories(service, context)])];
    const origin = context.origins.get(service.name);
    const files = givenFiles(service, ownerOf(origin, context), context.say);
    const application: ProposedApplication = {
      ...origin,
      ...(files && { files }),
      ...runKeys(service, context.say),
      ...showing(each, context),
      ...(all.length > 0 && { uses: all }),
      ...(volumes && { volumes }),
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

/** The service whose image another one runs. */
function ownerOf(origin: Origin | undefined, { all, names }: PartsContext): ForeignService | undefined {
  if (!origin || !("of" in origin)) return undefined;
  return all.find(({ service }) => names.get(service.name) === origin.of)?.service;
}

function showing(each: Judged, { say }: PartsContext): Partial<ProposedApplication> {
  const { service } = each;
  if (each.kind !== "served") return readyOfWorker(service, say);
  const isPublic = service.ports.some(({ published }) => published) || service.hosts.length > 0;
  return {
    port: each.port.port,
    health: healthOfServed(service, each.port.port, say),
    ...(isPublic && { public: true as const, ...prefixKeysOf(service) }),
  };
}

function prefixKeysOf({ pathPrefix }: ForeignService): Partial<ProposedApplication> {
  if (!pathPrefix) return {};
  return { pathPrefixes: [pathPrefix.prefix], ...(pathPrefix.isStripped && { stripPathPrefix: true }) };
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
