import type { ForeignPort, ForeignService } from "./ForeignService.ts";
import type { SayLine } from "./told.ts";

/** Ports of protocols that are no HTTP. */
const otherProtocols = new Set([
  21, 22, 25, 53, 110, 143, 389, 465, 587, 636, 993, 995, 1025, 1433, 1521, 1883, 2181, 2222, 3306, 4222,
  5060, 5432, 5671, 5672, 6379, 8883, 9092, 9042, 11_211, 27_017,
]);
/** Ports at which TLS is spoken. */
const encrypted = new Set([443, 8443]);

/** The port at which an application takes requests by HTTP; undefined where it has none. Says what becomes of the others. */
export function servedPort({ ports, health, path }: ForeignService, say: SayLine): ForeignPort | undefined {
  const plain = ports.filter(({ port }) => !otherProtocols.has(port));
  const open = plain.filter(({ port }) => !encrypted.has(port));
  const found =
    open.find(({ port }) => port === health?.port) ??
    open.find(({ published }) => published) ??
    open[0] ??
    plain[0];
  for (const each of ports.filter((other) => other.port !== found?.port))
    say("left", each.path, whyLeft(each, found, path));
  if (found && encrypted.has(found.port))
    say(
      "left",
      found.path,
      "boxes speak plain HTTP with the edge; have it listen without TLS, and end TLS before the edge (docs/fleets.md, edge.proxies)",
    );
  return found;
}

function whyLeft({ port }: ForeignPort, found: ForeignPort | undefined, path: string): string {
  if (encrypted.has(port))
    return "the edge ends TLS by itself: set environment.edge.tls, with your certificate as a secret, or acme (docs/fleets.md)";
  if (!found)
    return `no HTTP comes by ${port}, and there is no other; boxes reach it by name, from outside nobody does`;
  const own = otherProtocols.has(port) ? `{ port: ${port}, protocol: tcp }` : String(port);
  return `add it by hand, applications.${path.replace(/^.*\./, "")}.ports: { NAME: ${own} } (docs/fleets.md, Several ports)`;
}
