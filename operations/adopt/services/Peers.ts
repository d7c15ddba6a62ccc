import { edgeName } from "../../../config/edge.ts";

/** A part of the proposal as the others reach it. */
export interface Peer {
  /** Names that it had: its service's, and others. */
  names: readonly string[];
  /** Its name now. */
  name: string;
  /** Ports that were its own, with the one that it has now. */
  ports: ReadonlyMap<number, number>;
  kind: "served" | "worker" | "accessory";
}

/** A variable's value with the parts by the names and ports that they have now, and the accessories that it names. */
export interface Readdressed {
  value: string;
  /** Names, now, of the parts that it names in another way than before. */
  changed: string[];
  uses: string[];
}

const addressName = /HOST|SERVER|ADDR|NODE|ENDPOINT|BROKER|URL|URI|UPSTREAM|BACKEND|TARGET|PROXY/i;
const http = /^(?:http|ws):\/\/$/;

/** What a variable says of other parts, as it has to be said now: by their names, and applications by the edge where it is HTTP. */
export function readdressed(variable: string, value: string, peers: readonly Peer[]): Readdressed {
  const found: Readdressed = { value, changed: [], uses: [] };
  for (const peer of peers)
    for (const name of peer.names) {
      const next = replaced(variable, found.value, name, peer);
      if (!next.isNamed) continue;
      if (next.value !== found.value) found.changed.push(peer.name);
      if (peer.kind === "accessory") found.uses.push(peer.name);
      found.value = next.value;
    }
  return found;
}

function replaced(
  variable: string,
  value: string,
  name: string,
  peer: Peer,
): { value: string; isNamed: boolean } {
  if (value === name && addressName.test(variable)) return { value: peer.name, isNamed: true };
  let isNamed = false;
  const place = new RegExp(
    String.raw`(?<before>^|[\s,;="'(]|(?<scheme>[a-z][a-z0-9+.-]*:\/\/)(?:[^\s/@]*@)?|@)${escaped(name)}(?<port>:\d+)?(?=$|[/,;?\s"')])`,
    "gi",
  );
  const next = value.replace(place, (whole: string, ...args) => {
    const { before = "", scheme, port } = args.at(-1) as { before?: string; scheme?: string; port?: string };
    if (scheme === undefined && port === undefined && before !== "@") return whole;
    const own = Number(port?.slice(1) ?? (scheme !== undefined && http.test(scheme) ? 80 : Number.NaN));
    const now = peer.ports.get(own);
    if (port !== undefined && scheme === undefined && now === undefined && before === "") return whole;
    isNamed = true;
    const isByEdge = peer.kind === "served" && scheme === before && http.test(scheme) && now !== undefined;
    const shown = port === undefined && now === own ? "" : `:${now ?? own}`;
    if (isByEdge) return `${before}${edgeName}:${now}`;
    return `${before}${peer.name}${port === undefined && now === undefined ? "" : shown}`;
  });
  return { value: next, isNamed };
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
