import { urlPath } from "../../../config/forms.ts";

const here = String.raw`(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])`;
const path = String.raw`(\/[^\s"'|;&)]*)?`;
const address = new RegExp(String.raw`https?:\/\/${here}(?::(\d+))?${path}`);
/** What curl and wget take for an address, too: with a port or a path, so that it is no option's value. */
const bare = new RegExp(
  String.raw`\b(?:curl|wget)\b.*?\s["']?${here}(?=[:/])(?::(\d+))?${path}(?=$|["'\s|;&)])`,
);

/** The request that a health check's command makes of its own box: by curl, wget or whatever names its address; undefined when it makes none. */
export function ownRequest(command: readonly string[]): { port: number; urlPath: string } | undefined {
  const line = command.join(" ");
  const found = address.exec(line) ?? bare.exec(line);
  const [, port = "80", asked = "/"] = found ?? [];
  return found && urlPath.safeParse(asked).success ? { port: Number(port), urlPath: asked } : undefined;
}
