import { shapeArguments, shapeOf } from "./boxShape.ts";
import { refuseClientVariables } from "./clientVariables.ts";
import { containersLabelled, type ContainerFacts } from "./containers.ts";
import type { DockerClient } from "./DockerClient.ts";
import { inspectImage } from "./images.ts";

/** A box that nobody reaches, with a volume of its own. */
export interface SpareBox {
  id: string;
  volume: string;
}

/** The container's own volume and rights, what it is told, and the label by which it is found again. */
export interface SpareBoxArgs {
  /** The box that it is like. */
  like: ContainerFacts;
  volumePath: string;
  /** `key=value`. */
  label: string;
}

/**
 * Starts a box like another one, of the same image, rights and environment, without a network and on an empty volume. Both have the
 * label; `removeSpares` removes them.
 */
export async function startSpareBox(engine: DockerClient, args: SpareBoxArgs): Promise<SpareBox> {
  const variables = await boxVariables(engine, args.like);
  const volume = await engine.run(["volume", "create", "--label", args.label]);
  // Values stand in the client's environment, never on its command line.
  const id = await engine.run(spareArguments(args, volume, Object.keys(variables)), { variables });
  await engine.run(["start", id]);
  return { id, volume };
}

/** Removes the boxes with a label (`key=value`), then their volumes. */
export async function removeSpares(engine: DockerClient, label: string): Promise<void> {
  const [key = "", value] = label.split("=");
  const boxes = await containersLabelled(key, value, engine);
  if (boxes.length > 0) await engine.run(["rm", "--force", ...boxes]);
  const volumes = await engine.lines(["volume", "ls", "--quiet", "--filter", `label=${label}`]);
  if (volumes.length > 0) await engine.run(["volume", "rm", "--force", ...volumes]);
}

/** The command line that makes it. */
export function spareArguments(
  { like, volumePath, label }: SpareBoxArgs,
  volume: string,
  variables: readonly string[],
): string[] {
  const { Config, Image } = like;
  return [
    ...["create", "--network", "none", "--label", label, "--volume", `${volume}:${volumePath}`],
    ...shapeArguments(shapeOf(like)),
    ...variables.flatMap((name) => ["--env", name]),
    Image,
    // What it runs instead of its image's command.
    ...(Config.Cmd ?? []),
  ];
}

/** What a box is told beside what its image says. @throws Error for names that the client itself would take for its own. */
export async function boxVariables(
  engine: DockerClient,
  { Config, Image, Name }: ContainerFacts,
): Promise<Record<string, string>> {
  const { Env } = ((await inspectImage(Image, engine))?.Config ?? {}) as { Env?: string[] | null };
  const told = (Config.Env ?? []).filter((each) => !(Env ?? []).includes(each));
  const pairs = told.map(
    (each) => [each.slice(0, each.indexOf("=")), each.slice(each.indexOf("=") + 1)] as const,
  );
  refuseClientVariables(
    pairs.map(([name]) => name),
    `${Name.slice(1)}: `,
  );
  return Object.fromEntries(pairs);
}
