import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/** Variables by which no program here, and no box that the engine starts, reaches anything by HTTP. @param folder for settings of the engine's client. */
export function withoutMirrors(folder: string): Record<string, string> {
  const nowhere = "http://127.0.0.1:9";
  const proxies = { default: { httpProxy: nowhere, httpsProxy: nowhere } };
  const settings = path.join(folder, "docker");
  mkdirSync(settings);
  writeFileSync(path.join(settings, "config.json"), JSON.stringify({ proxies }));
  return { DOCKER_CONFIG: settings, http_proxy: nowhere, https_proxy: nowhere };
}
