import { formatProblem } from "../../../config/problem.ts";
import { urlPath } from "../../../config/forms.ts";
import { pathPrefix, routedHost } from "../../../config/routes.ts";
import { shapeProblems } from "../../../config/shape.ts";
import { secondsOf } from "../services/amounts.ts";
import type { ForeignService } from "../services/ForeignService.ts";
import type { SayLine } from "../services/told.ts";
import type { Tree } from "../services/yamlTree.ts";
import { commandIn, kamalAccessories, mountIn } from "./accessories.ts";
import { sayLeftKeysOf, sayLeftSettings } from "./leftSettings.ts";
import { settingsOfBoxes } from "./settingsOfBoxes.ts";
import { kamalSchema, type KamalRole, type KamalText } from "./schema.ts";
import { kamalVariables } from "./variables.ts";

/** What Kamal takes for granted. */
const usual = { port: 80, health: "/up" };

/**
 * The services of Kamal's `deploy.yml`: its accessories, then its roles; says what of it cannot be carried over.
 * @throws Error with a line for each thing that is not Kamal's.
 */
export function kamalServices(written: Record<string, Tree>, say: SayLine): ForeignService[] {
  const tree = settingsOfBoxes(written, say);
  const parsed = kamalSchema.safeParse(tree);
  if (!parsed.success)
    throw new Error(shapeProblems(parsed.error.issues, tree, kamalSchema).map(formatProblem).join("\n"));
  const settings = parsed.data;
  sayLeftSettings(settings, say);
  if (settings.proxy?.ssl !== undefined && settings.proxy.ssl !== false)
    say(
      "left",
      "proxy.ssl",
      "the edge asks an authority for certificates where environment.edge.tls.acme says so (docs/fleets.md); add it",
    );
  if (settings.proxy) sayLeftKeysOf("proxy", "proxy", settings.proxy, say);
  const roles = Object.entries<KamalRole>(settings.servers ?? { web: { hosts: [] } });
  return [
    ...kamalAccessories(settings, say),
    ...roles.map(([name, role]) => roleService(name, role, settings, say)),
  ];
}

function roleService(name: string, role: KamalRole, settings: KamalText, say: SayLine): ForeignService {
  const path = `servers.${name}`;
  const { cmd, env, options, proxy } = rolePart(role);
  const isServed = proxy !== false && (name === "web" || proxy !== undefined);
  const own = typeof proxy === "object" ? proxy : settings.proxy;
  const command = commandIn(`${path}.cmd`, cmd, say);
  sayLeftKeysOf("role", path, role, say);
  if (typeof proxy === "object" && proxy) sayLeftKeysOf("proxy", `${path}.proxy`, proxy, say);
  const server = settings.registry?.server;
  if (options !== undefined)
    say(
      "left",
      `${path}.options`,
      "the engine is given no options of its own; see environment.fleets in docs/configuration.md",
    );
  sayMachines(path, role.hosts ?? [], say);
  const logs = settings.logging?.driver;
  return {
    ...{ name: name === "web" ? settings.service : `${settings.service}-${name}`, path },
    image: server === undefined ? settings.image : `${server.replace(/\/$/, "")}/${settings.image}`,
    ...(command && { command }),
    variables: kamalVariables([
      { path: "env", env: settings.env },
      { path: `${path}.env`, env },
    ]),
    ...(isServed ? served(own, say) : { ports: [], hosts: [] }),
    needs: [],
    mounts: (settings.volumes ?? []).flatMap((text, index) => mountIn(`volumes[${index}]`, text)),
    ...{ volatile: [], capabilities: [], boxes: 1, once: false, aliases: [] },
    ...(settings.drain_timeout !== undefined && { drainSeconds: settings.drain_timeout }),
    ...(logs !== undefined && { logs: { driver: logs, options: settings.logging?.options ?? {} } }),
  };
}

interface RolePart {
  cmd?: string | undefined;
  env?: KamalText["env"];
  options?: unknown;
  proxy?: boolean | KamalText["proxy"];
}

/** A role that is a list of hosts alone has nothing else. */
function rolePart(role: KamalRole): RolePart {
  return role as RolePart;
}

function served(
  proxy: KamalText["proxy"],
  say: SayLine,
): Pick<ForeignService, "ports" | "hosts" | "pathPrefix" | "health"> {
  const port = proxy?.app_port ?? usual.port;
  const named = [proxy?.host ?? "", ...[proxy?.hosts ?? []].flat()].flatMap((each) => each.split(","));
  const path = proxy?.healthcheck?.path ?? usual.health;
  const startSeconds = secondsOf(proxy?.healthcheck?.timeout ?? "");
  return {
    ports: [{ port, published: true, machinePort: usual.port, path: "proxy.app_port" }],
    hosts: [
      ...new Set(
        named.map((each) => each.trim().toLowerCase()).filter((each) => routedHost.safeParse(each).success),
      ),
    ],
    ...prefixOf(proxy, say),
    health: {
      path: "proxy.healthcheck",
      urlPath: urlPath.safeParse(path).success ? path : usual.health,
      ...(startSeconds !== undefined && { startSeconds }),
    },
  };
}

/** Kamal takes it off unless it is told otherwise. */
function prefixOf(proxy: KamalText["proxy"], say: SayLine): Pick<ForeignService, "pathPrefix"> {
  const written = proxy?.path_prefix?.replace(/^\/*|\/+$/g, "") ?? "";
  if (written === "") return {};
  const prefix = `/${written}`;
  if (pathPrefix.safeParse(prefix).success)
    return { pathPrefix: { prefix, isStripped: String(proxy?.strip_path_prefix) !== "false" } };
  say("left", "proxy.path_prefix", "is no path that pathPrefixes takes (docs/configuration.md)");
  return {};
}

function sayMachines(path: string, hosts: readonly (string | Record<string, unknown>)[], say: SayLine): void {
  const names = hosts.map((each) => (typeof each === "string" ? each : (Object.keys(each)[0] ?? "")));
  if (names.length === 0) return;
  say(
    "left",
    path,
    `runs on the engine of this machine, as is proposed; to run on ${names.join(", ")}, put them into environment.engines, with their host keys (ssh-keyscan)`,
  );
}
