import { canonicalJson } from "../../plan/digest.ts";

/** What the engine says of an image, as far as it decides how the image runs. */
export interface ImageContent {
  Architecture: string;
  Os: string;
  RootFS: { Layers: string[] };
  Config: Readonly<Record<string, unknown>>;
}

/** Those parts of an image's configuration by which its containers run; an engine may say nothing of what is empty. */
const settings = [
  ...["Env", "Entrypoint", "Cmd", "User", "WorkingDir", "StopSignal", "ExposedPorts", "Volumes"],
  ...["Healthcheck", "OnBuild", "Shell"],
];

/**
 * Whether an image of the engine has just the layers and the settings of a configuration (as imageConfig makes it). Its labels
 * do not tell: whoever builds upon one of our images, or commits a container of it, inherits them.
 */
export function hasContent(image: ImageContent, configuration: string): boolean {
  const { architecture, os, config, rootfs } = JSON.parse(configuration) as {
    architecture: string;
    os: string;
    config: Readonly<Record<string, unknown>>;
    rootfs: { diff_ids: string[] };
  };
  const wanted = { architecture, os, layers: rootfs.diff_ids, run: runSettings(config) };
  const { Architecture, Os, RootFS, Config } = image;
  const got = { architecture: Architecture, os: Os, layers: RootFS.Layers, run: runSettings(Config) };
  return canonicalJson(got) === canonicalJson(wanted);
}

function runSettings(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const told = settings.filter((name) => !isEmpty(config[name]));
  return Object.fromEntries(told.map((name): [string, unknown] => [name, config[name]]));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
