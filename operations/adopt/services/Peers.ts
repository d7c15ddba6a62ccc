import { edgeName } from "../../../config/edge.ts";
import { literalPattern } from "../../../work/literalPattern.ts";

/** A part of the proposal as the others reach it. */
export interface Peer {
  /** Names that it had: its service's first, then others. */
  names: readonly string[];
  /** Its name now. */
  name: string;
  /** The port that it listens on. */
  port?: number;
  /** Of an application: the port of the edge at which others reach it. */
  edgePort?: number;
  kind: "served" | "worker" | "accessory";
}

/** A variable's value with the parts by the names that they have now, applications at the edge, and the accessories that it names. */
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
  const byName = peersByName(peers);
  const named = new Set<Peer>();
  const changed = new Set<string>();
  const whole = byName.get(value.toLowerCase());
  if (whole && addressName.test(variable))
    return told(whole.name, [whole], whole.name === value ? [] : [whole.name]);
  const now = value.replace(placesOf([...byName.keys()]), (found: string, ...args) => {
    const place = args.at(-1) as Place;
    const peer = byName.get(place.name.toLowerCase());
    const next = peer && addressNow(peer, place);
    if (!peer || next === undefined) return found;
    named.add(peer);
    if (next !== found) changed.add(peer.name);
    return next;
  });
  return told(now, [...named], [...changed]);
}

/** A service's own name, which comes first of its names, counts more than what others are called beside. */
function peersByName(peers: readonly Peer[]): ReadonlyMap<string, Peer> {
  const of = (names: (peer: Peer) => readonly string[]) =>
    peers.flatMap((peer) => names(peer).map((name) => [name.toLowerCase(), peer] as const));
  return new Map([...of(({ names }) => names), ...of(({ names }) => names.slice(0, 1))]);
}

function told(value: string, named: readonly Peer[], changed: string[]): Readdressed {
  return { value, changed, uses: named.filter(({ kind }) => kind === "accessory").map(({ name }) => name) };
}

/** A name where an address may stand: what is before it (a scheme, with who logs in, or the end of another word), and its port. */
interface Place {
  before?: string;
  scheme?: string;
  name: string;
  port?: string;
}

/** Longer names come first, since a shorter one may be their beginning. */
function placesOf(names: readonly string[]): RegExp {
  const all = names.toSorted((a, b) => b.length - a.length).map(literalPattern);
  const before = String.raw`(?<before>^|[\s,;="'(]|(?<scheme>[a-z][a-z0-9+.-]*:\/\/)(?:[^\s/@]*@)?|@)`;
  return new RegExp(String.raw`${before}(?<name>${all.join("|")})(?<port>:\d+)?(?=$|[/,;?\s"')])`, "gi");
}

/** Undefined where it is no address: a word that happens to be a name. */
function addressNow(peer: Peer, { before = "", scheme, name, port }: Place): string | undefined {
  const isHttp = scheme !== undefined && http.test(scheme);
  const own = port === undefined ? (isHttp ? 80 : undefined) : Number(port.slice(1));
  const isOwn = own !== undefined && own === peer.port;
  if (scheme === undefined && before !== "@" && !isOwn) return undefined;
  if (isHttp && peer.edgePort !== undefined && scheme === before && isOwn)
    return `${before}${edgeName}:${peer.edgePort}`;
  // Names are the same in any case.
  return `${before}${peer.name === name.toLowerCase() ? name : peer.name}${port ?? ""}`;
}
