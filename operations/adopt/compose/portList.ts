import { isIP } from "node:net";
import type { ForeignPort } from "../services/ForeignService.ts";
import type { SayLine } from "../services/told.ts";
import type { ComposeServiceText } from "./schema.ts";

type Written = NonNullable<ComposeServiceText["ports"]>[number];

/** `[[ADDRESS:]MACHINE:]PORT[/PROTOCOL]`, ranges too. */
const form = /^(?:(?:(\[[^\]]+\]|\d+(?:\.\d+){3}):)?(?:([\d-]*):)?)(\d+)(?:-(\d+))?(?:\/(\w+))?$/;

/** The TCP ports of a service: those that are published, then those that only the others reach. */
export function portList(path: string, { ports, expose }: ComposeServiceText, say: SayLine): ForeignPort[] {
  const published = (ports ?? []).flatMap((each, index) => portOf(`${path}.ports[${index}]`, each, say));
  const others = (expose ?? []).flatMap((each, index) => {
    const port = portOf(`${path}.expose[${index}]`, each, say)[0];
    return port && !published.some((known) => known.port === port.port)
      ? [{ ...port, published: false }]
      : [];
  });
  return [...published, ...others];
}

function portOf(path: string, written: Written, say: SayLine): ForeignPort[] {
  const text = typeof written === "string" ? written : longForm(written);
  const [, address, machine = "", first, last, protocol = "tcp"] = form.exec(text) ?? [];
  const port = Number(first);
  if (first === undefined || port < 1 || port > 65_535)
    throw new Error(`${path}: expected a port such as 8080:80, got ${text}; correct it`);
  if (protocol !== "tcp") {
    say("left", path, `${protocol} does not come through the edge; leave what needs it outside`);
    return [];
  }
  if (last !== undefined && last !== first)
    say(
      "left",
      path,
      "of several its first is taken; add the others by hand, applications.NAME.ports (docs/fleets.md, Several ports)",
    );
  const plain = address?.replace(/^\[(.*)\]$/, "$1");
  const machinePort = Number(machine.split("-")[0]);
  return [
    {
      ...{ port, published: true, path },
      ...(machinePort > 0 && { machinePort }),
      ...(plain !== undefined && isIP(plain) !== 0 && { address: plain }),
    },
  ];
}

function longForm({ target, published = "", host_ip: address, protocol }: Exclude<Written, string>): string {
  const host =
    address === undefined || address === "" ? "" : `${address.includes(":") ? `[${address}]` : address}:`;
  return `${host}${published === "" && host === "" ? "" : `${published}:`}${target}${protocol === undefined ? "" : `/${protocol}`}`;
}
