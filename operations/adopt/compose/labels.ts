import { hostName } from "../../../config/forms.ts";
import type { ForeignPort } from "../services/ForeignService.ts";
import type { SayLine } from "../services/told.ts";
import type { ComposeServiceText } from "./schema.ts";

type Labels = ComposeServiceText["labels"];

const rule = /^traefik\.https?\.routers\..+\.rule$/;
const serverPort = /^traefik\.https?\.services\..+\.loadbalancer\.server\.port$/;
const host = /`([^`]+)`/g;

/** The host names by which a proxy in front finds a service (Traefik's labels); all other labels are said to be left. */
export function routedHosts(path: string, labels: Labels, say: SayLine): string[] {
  const all = labels ?? [];
  if (all.some(([name]) => !rule.test(name) && !serverPort.test(name)))
    say(
      "left",
      `${path}.labels`,
      "boxes have no labels of yours; say what a proxy or a tool reads of them in its own settings",
    );
  const named = all
    .filter(([name]) => rule.test(name))
    .flatMap(([, value]) => [...(value ?? "").matchAll(host)]);
  const hosts = named.map(([, each = ""]) => each.toLowerCase());
  return [...new Set(hosts.filter((each) => hostName.safeParse(each).success))];
}

/** The port that such a proxy is told, where the service names none itself. */
export function routedPorts(path: string, labels: Labels, known: readonly ForeignPort[]): ForeignPort[] {
  if (known.length > 0) return [];
  const [, text = ""] = (labels ?? []).find(([name]) => serverPort.test(name)) ?? [];
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536
    ? [{ port, published: false, path: `${path}.labels` }]
    : [];
}
