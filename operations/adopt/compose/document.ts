import { shapeProblems } from "../../../config/shape.ts";
import { formatProblem } from "../../../config/problem.ts";
import type { ForeignService } from "../services/ForeignService.ts";
import type { SayLine } from "../services/told.ts";
import { withoutMarks } from "../services/withoutMarks.ts";
import { isMap, mapTexts, type Tree } from "../services/yamlTree.ts";
import { extendedServices } from "./extended.ts";
import { interpolated } from "./interpolate.ts";
import { composeServiceSchema, type ComposeServiceText } from "./schema.ts";
import { composeService } from "./service.ts";
import type { Beside } from "./variables.ts";

/**
 * The services of a Compose file, in its order; says what of it cannot be carried over.
 * @param profiles those whose services are wanted beside the ones without any.
 * @throws Error with a line for each thing that is no Compose.
 */
export function composeServices(
  tree: Record<string, Tree>,
  beside: Beside & { profiles: readonly string[] },
  say: SayLine,
): ForeignService[] {
  refuseNul(tree);
  const services = tree["services"];
  if (!isMap(services) || Object.keys(services).length === 0)
    throw new Error("services: expected a map with at least one service, got none; name another file");
  sayTop(tree, say);
  const filled = mapTexts(extendedServices(services, say), (text) => interpolated(text, beside.variables), [
    "services",
  ]);
  const plain = Object.entries(isMap(filled) ? filled : {}).map(
    ([name, service]) =>
      [
        name,
        isMap(service) ? withoutMarks(`services.${name}`, service, ["environment"], say) : service,
      ] as const,
  );
  return checked(Object.fromEntries(plain))
    .filter(([name, { profiles }]) => isWanted(name, profiles ?? [], beside.profiles, say))
    .map(([name, service]) => composeService(name, service, beside, say));
}

function refuseNul(tree: Tree): void {
  mapTexts(tree, (text) => {
    if (text.includes("\0")) throw new Error("expected text without NUL, got one; remove it");
    return text;
  });
}

/** Keys beside the services that are read, or say nothing by themselves. */
const topKeys = new Set([
  "name",
  "version",
  "services",
  "networks",
  "volumes",
  "secrets",
  "configs",
  "include",
]);

/** What stands beside the services. */
function sayTop(tree: Record<string, Tree>, say: SayLine): void {
  const { networks, include, volumes } = tree;
  for (const key of Object.keys(tree).filter((each) => !topKeys.has(each) && !each.startsWith("x-")))
    say("left", key, "is not known here; look whether boxes need it");
  if (include !== undefined)
    say(
      "left",
      "include",
      "other files are not read; write what docker compose config prints into one file, and adopt that",
    );
  if (isMap(networks) && Object.keys(networks).some((name) => name !== "default"))
    say(
      "left",
      "networks",
      "all boxes of a stack are in one network, which nothing outside is in; for a network apart make a stack of its own",
    );
  for (const [name, volume] of Object.entries(isMap(volumes) ? volumes : {}))
    if (
      isMap(volume) &&
      ["driver", "driver_opts", "external"].some(
        (key) => volume[key] !== undefined && volume[key] !== "local",
      )
    )
      say(
        "left",
        `volumes.${name}`,
        "volumes are the engine's own; bring the data by the service's own dump and load",
      );
}

function checked(services: Record<string, Tree>): [string, ComposeServiceText][] {
  const all = Object.entries(services).map(([name, service]) => ({
    name,
    service,
    parsed: composeServiceSchema.safeParse(service),
  }));
  const problems = all.flatMap(({ name, service, parsed }) =>
    parsed.success
      ? []
      : shapeProblems(parsed.error.issues, service, composeServiceSchema).map((problem) =>
          formatProblem({
            ...problem,
            path: [`services.${name}`, problem.path].filter((each) => each !== "").join("."),
          }),
        ),
  );
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return all.flatMap(({ name, parsed }) =>
    parsed.success ? [[name, parsed.data] as [string, ComposeServiceText]] : [],
  );
}

function isWanted(
  name: string,
  profiles: readonly string[],
  wanted: readonly string[],
  say: SayLine,
): boolean {
  if (profiles.length === 0 || profiles.some((each) => wanted.includes(each) || wanted.includes("*")))
    return true;
  const [first = ""] = profiles;
  say(
    "left",
    `services.${name}`,
    `runs with the profile ${profiles.join(" or ")} alone; --profile ${first} adopts it too`,
  );
  return false;
}
