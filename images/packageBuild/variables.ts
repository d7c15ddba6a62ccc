import { cachePlace, homePlace } from "./places.ts";

/** Where package managers keep what they fetched, by the variable that tells them so. */
const caches = {
  XDG_CACHE_HOME: "xdg",
  XDG_DATA_HOME: "data",
  npm_config_cache: "npm",
  YARN_CACHE_FOLDER: "yarn",
  COREPACK_HOME: "corepack",
  PIP_CACHE_DIR: "pip",
  UV_CACHE_DIR: "uv",
  POETRY_CACHE_DIR: "poetry",
  GOMODCACHE: "go-modules",
  GOCACHE: "go-build",
  CARGO_HOME: "cargo",
  COMPOSER_CACHE_DIR: "composer",
  BUNDLE_USER_CACHE: "bundle",
  GRADLE_USER_HOME: "gradle",
};

/** What the commands of a build are told: where to keep things, and what makes a second build like the first. */
export function buildVariables(
  environment: Readonly<Record<string, string | number | boolean>>,
  epochSeconds: number,
): Record<string, string> {
  return {
    HOME: homePlace,
    ...Object.fromEntries(Object.entries(caches).map(([name, part]) => [name, `${cachePlace}/${part}`])),
    CI: "true",
    LANG: "C.UTF-8",
    TZ: "UTC",
    SOURCE_DATE_EPOCH: String(epochSeconds),
    // Bytecode has the time of what it was made from, and is in no image.
    PYTHONDONTWRITEBYTECODE: "1",
    PIP_NO_COMPILE: "1",
    PIP_NO_INPUT: "1",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
    ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])),
  };
}
