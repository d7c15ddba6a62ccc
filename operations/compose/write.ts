import { readdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import type { Configuration } from "../../config/schema.ts";
import { edgeCertificates } from "./document/edge.ts";
import { composeFile, wantedSecrets } from "./document/file.ts";
import type { ComposeImage } from "./document/image.ts";
import { composeText } from "./document/fileText.ts";
import { composeOverride, fleetOf } from "./document/override.ts";
import { envFile, refuseClashes } from "./document/secrets.ts";
import { packageMounts } from "../../images/packages/mounts.ts";
import { lineage } from "../../plan/chain.ts";
import { askSystemdNeeds } from "../../engine/systemdNeeds.ts";
import { sha256 } from "../../plan/digest.ts";
import { allInContainers } from "../../plan/environment/containers.ts";
import type { ContainerFleetPlan } from "../../plan/environment/FleetPlan.ts";
import type { ContainersPlan } from "../../plan/environment/TargetPlan.ts";
import { recipesOf, type Recipes } from "../../plan/recipes.ts";
import { composeImages } from "./images.ts";
import { writeWhole } from "../../work/wholeFile.ts";
import { isOwn, mark, refuseForeign } from "./ownFiles.ts";
import { composeSecrets } from "./secrets.ts";

/** What is to be written, and where. */
export interface ComposeOptions {
  stack: string;
  /** The folder of the files. */
  output: string;
  /** Another published port than the edge's, and another one for TLS. */
  port?: number | undefined;
  tlsPort?: number | undefined;
  /** Whether requests come in without TLS, whatever the environment says. */
  plain?: boolean | undefined;
  /** The application whose source is mounted. */
  application?: string | undefined;
}

/** What was written. */
export interface WrittenCompose {
  folder: string;
  /** Where requests come in. */
  url: string;
  /** The boxes whose source is mounted. */
  boxes: string[];
  /** The folders of the project that are mounted. */
  sources: string[];
  /** Host names of the application. */
  hosts: string[];
  /** The paths that it has of them; none: all that no other has. */
  pathPrefixes: string[];
  /** Units that are not started anew by themselves. */
  byHand: string[];
}

const composeName = "docker-compose.yml";
const envName = ".env";
const overrideName = "docker-compose.override.yml";

/** Writes docker-compose.yml, .env and, for an application that is worked on, the override. */
export async function writeCompose(
  { stack, output, application, ...ways }: ComposeOptions,
  root: string,
): Promise<WrittenCompose> {
  const configuration = withEdge(readConfigurationFiles(root, stack), ways);
  const plan = allInContainers(configuration);
  const recipes = recipesOf(configuration);
  const fleet = application === undefined ? undefined : fleetOf(plan, application);
  const certificates = plan.edge?.settings.tls?.certificates;
  const wanted = wantedSecrets(plan);
  refuseClashes([...wanted, ...(certificates ? [edgeCertificates] : [])]);
  const folder = path.resolve(root, output);
  refuseForeign(folder, [envName, composeName, overrideName]);
  const images = await composeImages(plan, recipes, root);
  const override =
    application === undefined || !fleet
      ? undefined
      : overrideOf(fleet, application, recipes, images, folder, root);
  refuseForeign(folder, Object.keys(override?.files ?? {}));
  const env = path.join(folder, envName);
  const { generatedSecrets } = configuration.environment;
  const secrets = await composeSecrets(stack, { wanted, generated: generatedSecrets, certificates }, env);
  writeWhole(env, mark + envFile(projectName(stack, folder), secrets), { mode: 0o600 });
  clear(folder);
  const files = {
    ...override?.files,
    [composeName]: composeText(composeFile(plan, images, await askSystemdNeeds())),
  };
  const all = override ? { ...files, [overrideName]: override.text } : files;
  for (const [name, text] of Object.entries(all)) writeWhole(path.join(folder, name), mark + text);
  const written = { folder, url: urlOf(plan) };
  if (!override) return { ...written, boxes: [], sources: [], hosts: [], pathPrefixes: [], byHand: [] };
  const { boxes, sources, byHand } = override;
  const hosts = configuration.environment.hosts[application ?? ""] ?? [];
  const { pathPrefixes = [] } = configuration.applications[application ?? ""] ?? {};
  return { ...written, hosts, pathPrefixes, boxes, sources, byHand };
}

/** Two clones on one engine are two projects. */
function projectName(stack: string, folder: string): string {
  return `immutable-fleets-${stack}-${sha256(folder).slice(0, 6)}`;
}

/** Its edge has other ports, if some are given, and never maintenance: it is the engine's own commands that change that. */
function withEdge(
  configuration: Configuration,
  { port, tlsPort, plain = false }: Pick<ComposeOptions, "port" | "tlsPort" | "plain">,
): Configuration {
  const { edge, ...environment } = configuration.environment;
  if (!edge) return configuration;
  const { tls, maintenance, ...others } = edge;
  const own = {
    ...{ ...others, ...(port !== undefined && { port }) },
    ...(tls && !plain && { tls: { ...tls, ...(tlsPort !== undefined && { port: tlsPort }) } }),
  };
  return { ...configuration, environment: { ...environment, edge: own } };
}

/** Where requests come in. */
function urlOf({ edge }: ContainersPlan): string {
  const { address = "", port = 0, tls } = edge?.settings ?? {};
  return tls ? `https://${address}:${tls.port}` : `http://${address}:${port}`;
}

/** What an earlier run wrote for another application. */
function clear(folder: string): void {
  for (const name of readdirSync(folder))
    if ((name === overrideName || name.endsWith(".service.conf")) && isOwn(path.join(folder, name)))
      rmSync(path.join(folder, name));
}

/** The override of an application that is worked on, as text, and the files that it mounts. */
function overrideOf(
  fleet: ContainerFleetPlan,
  application: string,
  { layers, applications }: Recipes,
  images: ReadonlyMap<string, ComposeImage>,
  folder: string,
  root: string,
): Pick<WrittenCompose, "boxes" | "sources" | "byHand"> & { text: string; files: Record<string, string> } {
  const own = lineage(layers, applications[application]?.layer ?? "");
  const mounts = packageMounts(
    root,
    fleet.chain.filter((layer) => own.includes(layer)).flatMap((layer) => layers[layer] ?? []),
  );
  if (mounts.length === 0)
    throw new Error(
      `${application}: expected a layer with packages that are made of a folder (source), got none; its source cannot be mounted`,
    );
  const located = (file: string) => relative(folder, path.join(root, file));
  const { services, files, byHand } = composeOverride(fleet, application, images, mounts, located);
  const sources = mounts.map(({ source }) => source);
  return { boxes: Object.keys(services), sources, byHand, text: composeText({ services }), files };
}

/** Compose takes a path for one when it begins with a dot or a slash. */
function relative(from: string, to: string): string {
  const found = path.relative(from, to).replaceAll(path.sep, "/");
  return found.startsWith(".") ? found : `./${found}`;
}
