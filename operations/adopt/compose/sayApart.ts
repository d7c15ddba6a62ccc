import type { SayLine } from "../services/told.ts";
import type { ComposeServiceText } from "./schema.ts";

/** Says what of a service's entry point, networks, links and restarts cannot be carried over. */
export function sayApart(path: string, written: ComposeServiceText, say: SayLine): void {
  sayEntryPoint(path, written, say);
  sayNetworks(path, written, say);
  sayLinks(path, written, say);
  if (written.restart?.startsWith("on-failure"))
    say("changed", `${path}.restart`, "boxes are started again whatever ended them");
}

function sayEntryPoint(path: string, { entrypoint, image }: ComposeServiceText, say: SayLine): void {
  if (entrypoint === undefined) return;
  const from = image ?? "its own";
  say(
    "left",
    `${path}.entrypoint`,
    `the entry point of an image stays; make an image with another one (FROM ${from}, ENTRYPOINT […]), or say it all in command`,
  );
}

function sayNetworks(path: string, { networks }: ComposeServiceText, say: SayLine): void {
  if (!networks || Array.isArray(networks)) return;
  for (const [name, value] of Object.entries(networks))
    for (const key of Object.keys(value ?? {}).filter((each) => each !== "aliases" && each !== "priority"))
      say(
        "left",
        `${path}.networks.${name}.${key}`,
        "boxes have addresses of the engine's; reach them by name",
      );
}

function sayLinks(path: string, { links }: ComposeServiceText, say: SayLine): void {
  for (const [index, link] of (links ?? []).entries()) {
    const [service = "", alias = service] = link.split(":");
    if (alias !== service)
      say(
        "left",
        `${path}.links[${index}]`,
        `a service has one name for all; call it ${service}, not ${alias}`,
      );
  }
}
