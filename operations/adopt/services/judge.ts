import type { ForeignPort, ForeignService } from "./ForeignService.ts";
import type { Judged } from "./Judged.ts";
import { asAccessory } from "./judgeAccessory.ts";
import { servedPort } from "./servedPort.ts";
import type { SayLine } from "./told.ts";

const socket = /(^|\/)(docker|podman)\.sock$/;

/** What each service becomes: accessories are what keeps data, tasks what ends by itself; the others are applications, with a port or without. */
export function judged(services: readonly ForeignService[], say: SayLine): Judged[] {
  const tasks = services.filter((service) => isTask(service, services));
  return services.map((service): Judged => {
    if (service.mounts.some(({ source }) => socket.test(source))) {
      say(
        "left",
        service.path,
        "works on the engine itself, over which boxes have no rights; leave it outside",
      );
      return { kind: "left", service };
    }
    if (service.boxes < 1) {
      say("left", service.path, "runs no box; add it where it runs some");
      return { kind: "left", service };
    }
    if (service.once && !tasks.includes(service))
      say("changed", `${service.path}.restart`, "boxes are started again whatever ended them");
    if (tasks.includes(service)) return taskOf(service, services, tasks, say);
    return asAccessory(service, services, say) ?? applicationOf(service, services, say);
  });
}

/** What an image is made from, the same for services that share it. */
export function originOf({ image, build, name }: ForeignService): string {
  return image ?? (build === undefined ? name : `build ${build}`);
}

/** What others wait for the end of; and what alone of those with its image is not started again. */
function isTask(service: ForeignService, services: readonly ForeignService[]): boolean {
  const isAwaited = services.some(({ needs }) =>
    needs.some((need) => need.service === service.name && need.condition === "completed"),
  );
  const isPlain = service.ports.length === 0 && !service.health && service.command !== undefined;
  const stays = services.some((other) => !other.once && originOf(other) === originOf(service));
  return isAwaited || (service.once && isPlain && stays);
}

function taskOf(
  service: ForeignService,
  services: readonly ForeignService[],
  tasks: readonly ForeignService[],
  say: SayLine,
): Judged {
  const { name, path, command } = service;
  const awaiting = ({ needs }: ForeignService) =>
    needs.some((need) => need.service === name && need.condition === "completed");
  const alike = services.filter((each) => !tasks.includes(each) && originOf(each) === originOf(service));
  const home = alike.find(awaiting) ?? alike[0];
  if (!home) {
    const text = `ends by itself, and no service that stays has its image: a task runs in that of its application; have one bring what ${name} does, as a command`;
    say("left", path, text);
    return { kind: "left", service };
  }
  if (!command) {
    say("left", path, `has no command to run in a box of ${home.name}; say one`);
    return { kind: "left", service };
  }
  return { kind: "task", service, of: home.name, isBefore: services.some(awaiting) };
}

function applicationOf(service: ForeignService, services: readonly ForeignService[], say: SayLine): Judged {
  const asked = service.ports.length === 0 ? askedPort(service, services) : undefined;
  if (asked) say("changed", service.path, `names no port, and is asked at ${asked.port} by ${asked.path}`);
  const known = asked ? { ...service, ports: [asked] } : service;
  const port = servedPort(known, say);
  if (port) return { kind: "served", service: known, port };
  if (service.ports.length === 0 && !service.once)
    say(
      "changed",
      service.path,
      "names no port, and is taken for a worker; add `expose` if it takes requests, and adopt again",
    );
  return { kind: "worker", service };
}

/** The port at which the others say that they ask it by HTTP. */
function askedPort(
  { name, aliases }: ForeignService,
  services: readonly ForeignService[],
): ForeignPort | undefined {
  const addresses = new Set([name, ...aliases].map((each) => each.toLowerCase()));
  const own = services.filter((each) => each.name !== name).flatMap(({ variables }) => variables);
  for (const { value, path } of own)
    for (const [, host = "", port = "80"] of value.matchAll(/\b(?:http|ws):\/\/([\w.-]+)(?::(\d+))?/g))
      if (addresses.has(host.toLowerCase()) && Number(port) > 0 && Number(port) < 65_536)
        return { port: Number(port), published: false, path };
  return undefined;
}
