import { connect } from "node:tls";
import { dayMilliseconds, isoDay } from "../../config/days.ts";
import { someName } from "../../config/routes.ts";

/** So many days before a certificate's end it is told. */
export const warnedDays = 14;
const answerMilliseconds = 3000;

/** A certificate that an edge shows, and that ends soon, or has ended. */
export interface AgedCertificate {
  /** The edge, by its address: `https://127.0.0.1:8443`. */
  edge: string;
  /** The host names that it is shown for. */
  hosts: string[];
  endsOn: Date;
}

/**
 * The certificates that edges show for host names, as far as they end within 14 days. An edge that does not answer within 3 s shows none: what ails it
 * is told otherwise.
 * @param urls where a stack answers, as its output has it: several with commas. Those without TLS are not asked.
 */
export async function agedCertificates(
  urls: unknown,
  hosts: readonly string[],
  now: Date,
): Promise<AgedCertificate[]> {
  const edges = (typeof urls === "string" ? urls : "")
    .split(", ")
    .filter((each) => each.startsWith("https://"));
  const asked = edges.flatMap((edge) => hosts.map((host) => ({ edge, host })));
  const shown = await Promise.all(
    asked.map(async ({ edge, host }) => ({
      edge,
      host,
      endsOn: await endShown(new URL(edge), someName(host)),
    })),
  );
  const from = now.getTime() + warnedDays * dayMilliseconds;
  const aged = shown.flatMap(({ endsOn, ...each }) =>
    endsOn !== undefined && endsOn.getTime() < from ? [{ ...each, endsOn }] : [],
  );
  const alike = Map.groupBy(aged, ({ edge, endsOn }) => `${edge} ${endsOn.toISOString()}`);
  return [...alike.values()].flatMap((each) => {
    const [first] = each;
    return first ? [{ edge: first.edge, hosts: each.map(({ host }) => host), endsOn: first.endsOn }] : [];
  });
}

/** `https://…: the certificate for shop.example ends on 2026-12-05; …`. */
export function describeCertificate({ edge, hosts, endsOn }: AgedCertificate, now: Date): string {
  const verb = endsOn < now ? "has ended" : "ends";
  const fix = "set a newer one (npm run secrets -- set NAME), and npm run up";
  return `${edge}: the certificate for ${hosts.join(", ")} ${verb} on ${isoDay(endsOn)}; ${fix}`;
}

/** Until when the certificate is valid that is shown for a host name; undefined where none comes. */
function endShown({ hostname, port }: URL, host: string): Promise<Date | undefined> {
  return new Promise((resolve) => {
    const address = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 443) };
    // Whoever signed it: it is only looked at.
    const socket = connect({ ...address, servername: host, rejectUnauthorized: false }, () => {
      const until = Date.parse(socket.getPeerCertificate().valid_to);
      ended(Number.isNaN(until) ? undefined : new Date(until));
    });
    const ended = (until?: Date) => {
      socket.destroy();
      resolve(until);
    };
    socket.setTimeout(answerMilliseconds, ended);
    socket.on("error", () => {
      ended();
    });
  });
}
