import { absolutePath } from "../../../config/forms.ts";
import { writtenCommand } from "./commandFault.ts";
import { isGivenFile } from "./givenFiles.ts";
import type { ForeignMount, ForeignPort, ForeignService } from "./ForeignService.ts";
import type { AccessoryPlace, Judged } from "./Judged.ts";
import { knownImage, type KnownImage } from "./knownImages.ts";
import type { SayLine } from "./told.ts";

/** A service as an accessory: a stateful one that is known, or one with a volume of its own, at which nobody asks from outside. */
export function asAccessory(
  service: ForeignService,
  services: readonly ForeignService[],
  say: SayLine,
): Judged | undefined {
  const known = service.build === undefined ? knownImage(service.image ?? "") : undefined;
  if (!known && !keepsData(service, services)) return undefined;
  const place = {
    port: portOf(service, known),
    volume: volumeOf(service, known),
    ready: readyOf(service, known, say),
  };
  const { port, volume, ready } = place;
  const keeps = dataMount(service.mounts, known) !== undefined;
  if (port !== undefined && volume !== undefined && ready) {
    const mounts = service.mounts.filter((mount) => !isGivenFile(service, mount));
    sayPlace({ ...service, mounts }, volume, keeps, say);
    return { kind: "accessory", service, port, volume, ready };
  }
  if (keeps) {
    say(
      "left",
      service.path,
      `keeps data, and an accessory needs ${missing(place)}; add it, and adopt again`,
    );
    return { kind: "left", service };
  }
  say(
    "changed",
    service.path,
    "keeps no data and has no health check, and is taken for a worker, which others reach by its name",
  );
  return { kind: "worker", service: { ...service, ports: [] } };
}

/** Volumes of its own that it writes, in what nobody asks from outside. */
function keepsData(service: ForeignService, services: readonly ForeignService[]): boolean {
  const isShared = (source: string) =>
    services.some((other) => other !== service && other.mounts.some((mount) => mount.source === source));
  const own = service.mounts.filter(
    (mount) => mount.kind === "volume" && !mount.readOnly && !isShared(mount.source),
  );
  const isReached = service.ports.some(({ published }) => published) || service.hosts.length > 0;
  return own.length > 0 && !isReached && service.build === undefined && service.ports.length > 0;
}

function portOf({ ports }: ForeignService, known?: KnownImage): number | undefined {
  const own: ForeignPort | undefined = ports.find(({ port }) => port === known?.port) ?? ports[0];
  return own?.port ?? known?.port;
}

function volumeOf({ mounts }: ForeignService, known?: KnownImage): string | undefined {
  return dataMount(mounts, known)?.target ?? known?.volume;
}

/** The mount that has the data: the usual place's, else the first that is written and is a volume. */
function dataMount(mounts: readonly ForeignMount[], known?: KnownImage): ForeignMount | undefined {
  const written = mounts.filter(
    ({ readOnly, target }) => !readOnly && absolutePath.safeParse(target).success,
  );
  return (
    written.find(({ target }) => target === known?.volume) ??
    written.find(({ kind }) => kind === "volume") ??
    written.find(({ target }) => known && isAround(target, known.volume))
  );
}

/** A place above the usual one, or below it. */
function isAround(target: string, usual: string): boolean {
  return `${usual}/`.startsWith(`${target}/`) || `${target}/`.startsWith(`${usual}/`);
}

function readyOf(
  { health, path }: ForeignService,
  known: KnownImage | undefined,
  say: SayLine,
): string[] | undefined {
  return writtenCommand(`${path}.healthcheck`, health?.command, say) ?? known?.ready;
}

function missing({
  port,
  volume,
  ready,
}: { [K in keyof AccessoryPlace]: AccessoryPlace[K] | undefined }): string {
  return [
    ...(port === undefined ? ["a port (`expose`)"] : []),
    ...(volume === undefined ? ["a volume"] : []),
    ...(ready === undefined ? ["a command that says when it can serve (`healthcheck`)"] : []),
  ].join(" and ");
}

function sayPlace(
  { path, mounts, ports, boxes, drainSeconds, cpus }: ForeignService,
  volume: string,
  keeps: boolean,
  say: SayLine,
): void {
  for (const mount of mounts.filter(({ target }) => target !== volume))
    say("left", mount.path, whyNoMount(mount));
  if (keeps)
    say(
      "todo",
      path,
      `its data stays where it is; dump it there, and load it into the accessory's volume (${volume}) once that runs`,
    );
  else say("changed", path, `is an accessory, and gets a protected volume at ${volume}`);
  for (const each of ports.filter(({ published }) => published))
    say(
      "left",
      each.path,
      "accessories are reached by boxes alone; npm run exec -- FLEET opens a shell beside them",
    );
  if (boxes > 1) say("left", path, "an accessory is one box; have it run elsewhere, and give its `address`");
  if (drainSeconds !== undefined && drainSeconds > 60)
    say("left", `${path}.stop_grace_period`, "an accessory has 60 s to stop; have it stop faster");
  if (cpus !== undefined)
    say("left", `${path}.cpus`, "accessories have a limit of memory alone; leave it out");
}

function whyNoMount({ kind, source, readOnly }: ForeignMount): string {
  if (kind === "bind")
    return `no files of the machine are put into boxes; bring ${source} in the image (FROM …, COPY)`;
  return readOnly
    ? "a volume has one owner; bring the files in the image"
    : "an accessory has one volume; keep its data in one folder";
}
