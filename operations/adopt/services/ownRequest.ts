import { urlPath } from "../../../config/forms.ts";

const localUrl = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::(\d+))?(\/[^\s"'|;&)]*)?/;

/** The request that a health check's command makes of its own box: by curl, wget or whatever names its address; undefined when it makes none. */
export function ownRequest(command: readonly string[]): { port: number; urlPath: string } | undefined {
  const [, port = "80", path = "/"] = localUrl.exec(command.join(" ")) ?? [];
  const found = localUrl.test(command.join(" ")) && urlPath.safeParse(path).success;
  return found ? { port: Number(port), urlPath: path } : undefined;
}
