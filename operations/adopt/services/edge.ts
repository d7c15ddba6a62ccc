import { defaultSuite } from "../../../config/baseSource.ts";
import type { ForeignPort } from "./ForeignService.ts";
import type { Judged } from "./Judged.ts";
import type { ProposedApplication, ProposedEnvironment } from "./ServicesProposal.ts";
import type { SayLine } from "./told.ts";

type Served = Extract<Judged, { kind: "served" }>;

/** The layers of the project that an edge needs. */
const layers = {
  base: { from: { mirror: { suite: defaultSuite } }, roles: ["base"] },
  haproxy: { on: "base", roles: ["haproxy"] },
};

/** The edge of what takes requests, with the host names; nothing where nothing does. */
export function edgeOf(
  all: readonly Judged[],
  names: ReadonlyMap<string, string>,
  applications: Readonly<Record<string, ProposedApplication>>,
  say: SayLine,
): { layers: Record<string, object>; environment: Pick<ProposedEnvironment, "edge" | "hosts"> } {
  const served = all.filter((each): each is Served => each.kind === "served");
  if (served.length === 0) return { layers: {}, environment: {} };
  const nameOf = ({ service }: Served) => names.get(service.name) ?? "";
  const publics = served
    .filter((each) => applications[nameOf(each)]?.public)
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const [own] = publics;
  const first = own?.port.published === true ? own.port : own?.service.ports.find((port) => port.published);
  const hosts = hostsOf(publics, nameOf, say);
  return {
    layers,
    environment: {
      edge: { layer: "haproxy", ...(first && published(first)) },
      ...(Object.keys(hosts).length > 0 && { hosts }),
    },
  };
}

/** Compose publishes at all addresses of the machine where none is named. */
function published({ machinePort, address, published: isPublished }: ForeignPort) {
  return {
    ...(machinePort !== undefined && { port: machinePort }),
    ...(isPublished && { address: address ?? "0.0.0.0" }),
  };
}

/** The edge has one port, so that several public applications are told apart by host names. */
function hostsOf(
  publics: readonly Served[],
  nameOf: (each: Served) => string,
  say: SayLine,
): Record<string, string[]> {
  const taken = new Set<string>();
  const rest = publics.find(({ service }) => service.pathPrefix === undefined);
  const entries = publics.map((each): [string, string[]] => {
    const { service } = each;
    const at = (host: string) => `${host}${service.pathPrefix?.prefix ?? ""}`;
    const own = service.hosts.filter((host) => !taken.has(at(host)));
    for (const host of own) taken.add(at(host));
    if (own.length > 0 || publics.length === 1) return [nameOf(each), own];
    const proposed = `${nameOf(each)}.localhost`;
    taken.add(at(proposed));
    const others = each === rest ? ", and all that is asked of no other name" : "";
    say(
      "changed",
      each.port.path,
      `the edge has one port, where ${service.name} is asked for as ${proposed}${others}; put its host names into environment.hosts.${nameOf(each)}`,
    );
    return [nameOf(each), [proposed]];
  });
  return Object.fromEntries(entries.filter(([, hosts]) => hosts.length > 0));
}
