import { show } from "../../../config/problem.ts";
import type { SayLine } from "../services/told.ts";
import { isMap, type Tree } from "../services/yamlTree.ts";

type Map = Record<string, Tree>;

/** Lists that a service has instead of those of the service that it extends; others are put together. */
const replacing = new Set(["command", "entrypoint", "test"]);
/** What may be a list of `NAME=value` as well as a map. */
const mapped = new Set(["environment", "labels", "extra_hosts", "sysctls"]);

/**
 * The services of a Compose file, each with what it `extends` in the same file.
 * @throws Error for a service that is not there, and for a circle.
 */
export function extendedServices(services: Map, say: SayLine): Map {
  return Object.fromEntries(Object.keys(services).map((name) => [name, extended(services, name, say, [])]));
}

function extended(services: Map, name: string, say: SayLine, seen: readonly string[]): Tree {
  const own = services[name] ?? {};
  if (!isMap(own) || own["extends"] === undefined || own["extends"] === null) return own;
  const path = `services.${name}.extends`;
  const { extends: from, ...rest } = own;
  const { file, service } = isMap(from) ? from : { file: undefined, service: from };
  if (file !== undefined) {
    const text = "reads another file; write what docker compose config prints into one file, and adopt that";
    say("left", path, text);
    return rest;
  }
  if (typeof service !== "string" || !Object.hasOwn(services, service))
    throw new Error(
      `${path}: expected a service of this file, got ${show(service)}; use one of ${Object.keys(services).join(", ")}`,
    );
  if (seen.includes(name))
    throw new Error(`${path}: expected no circle, got ${[...seen, name].join(" → ")}; break it`);
  const base = extended(services, service, say, [...seen, name]);
  return merged(isMap(base) ? base : {}, rest);
}

function merged(base: Map, own: Map): Map {
  const both = Object.entries(own).map(([key, value]) => [key, one(key, base[key], value)] as const);
  return { ...base, ...Object.fromEntries(both) };
}

function one(key: string, base: Tree | undefined, own: Tree): Tree {
  if (base === undefined || base === null) return own;
  if (mapped.has(key)) return { ...asMap(base), ...asMap(own) };
  if (isMap(base) && isMap(own)) return merged(base, own);
  if (Array.isArray(base) && Array.isArray(own) && !replacing.has(key)) return [...base, ...own];
  return own;
}

/** `NAME=value` by name; a name alone has no value. */
function asMap(tree: Tree): Map {
  if (isMap(tree)) return tree;
  if (!Array.isArray(tree)) return {};
  return Object.fromEntries(
    tree.map((each) => {
      const [name = "", ...value] = (typeof each === "string" ? each : show(each)).split("=");
      return [name, value.length === 0 ? null : value.join("=")];
    }),
  );
}
