import type { DockerClient } from "../../engine/DockerClient.ts";
import { inspectImage } from "../../engine/images.ts";
import { removeSpares } from "../../engine/spareBox.ts";
import { measured, type Measure } from "../../fleets/backup/measured.ts";
import { endWhereInterrupted } from "../../work/interruption.ts";
import { archiveArguments, digestArguments, extractArguments } from "./archive.ts";
import { telling } from "./telling.ts";

/** Which data goes where: from a volume of one engine to a new one of another, by an image that has tar, sh and sha256sum. */
export interface Carriage {
  /** Whose data it is, as people are told. */
  owner: string;
  image: string;
  source: DockerClient;
  target: DockerClient;
  from: string;
  to: string;
}

/** Label of the containers that copy: those of a command that was killed are found by it. */
const label = "immutable-fleets.move";

/**
 * Copies a volume to another engine and has its digest computed there, from the disk. The source is only read. What a killed copy left
 * is removed first; until `carried` a volume beside it says that it is not whole.
 * @throws Error where the copy is not the same, or there is a volume of that name that no such copy has left.
 */
export async function carry(carriage: Carriage): Promise<Measure> {
  const { owner, image, source, target } = carriage;
  await removeLeft(carriage);
  await createEmpty(carriage);
  if (!(await inspectImage(image, target)))
    await telling(
      () => `${owner}: bringing the image that reads and writes the data`,
      () => source.sendImage(image, target),
    );
  const sent = await copied(carriage);
  const answer = await telling(
    () => `${owner}: comparing the copy`,
    () => target.run(digestArguments(targetOf(carriage))),
  );
  const found = `sha256:${answer.split(" ")[0] ?? ""}`;
  if (found === sent.digest) return sent;
  throw new Error(
    `${carriage.to}: expected a copy with the digest ${sent.digest}, got ${found}; the data is as it was: run it again`,
  );
}

/** The copy is in use from now on: nothing here removes it any more. */
export async function carried(target: DockerClient, volume: string): Promise<void> {
  if (await exists(target, unfinished(volume))) await target.run(["volume", "rm", unfinished(volume)]);
}

/** What copies for a command that was killed ends. */
export async function removeLeft({ source, target, from }: Carriage): Promise<void> {
  for (const engine of new Set([source, target])) await removeSpares(engine, `${label}=${from}`);
}

async function createEmpty({ target, to, owner }: Carriage): Promise<void> {
  if (await exists(target, to)) {
    if (!(await exists(target, unfinished(to))))
      throw new Error(
        `${owner}: expected no volume ${to} there, got one with data of an earlier move; look at it, and remove it: docker volume rm ${to}`,
      );
    await target.run(["volume", "rm", to]);
  }
  await target.run(["volume", "create", unfinished(to)]);
  await target.run(["volume", "create", to]);
}

async function copied(carriage: Carriage): Promise<Measure> {
  const { owner, source, target } = carriage;
  let bytes = 0;
  let sent: Measure | undefined;
  const archive = counted(archiveOf(source, archiveArguments(sourceOf(carriage))), (more) => (bytes += more));
  const content = measured(archive, (measure) => (sent = measure));
  const end = await telling(
    () => `${owner}: ${Math.round(bytes / 2 ** 20)} MiB copied`,
    () => target.feed(extractArguments(targetOf(carriage)), content),
  );
  // Whether all of it has come is told by the digest of the copy; a client may close what it reads before one hears of the end.
  if (end.exitCode === 0 && sent) return sent;
  throw new Error(
    `tar: expected that it writes all of ${owner}'s data, got exit code ${end.exitCode ?? "none"}: ${end.stderr.trim() || "nothing said"}; the data is as it was`,
  );
}

async function* archiveOf(source: DockerClient, args: readonly string[]): AsyncGenerator<Uint8Array> {
  const { exitCode, stderr } = yield* source.output(args);
  if (exitCode !== 0)
    throw new Error(
      `tar: expected that it reads all of the data, got exit code ${exitCode ?? "none"}: ${stderr.trim() || "nothing said"}; the data is as it was`,
    );
}

async function* counted(content: AsyncIterable<Uint8Array>, count: (bytes: number) => void) {
  for await (const part of content) {
    endWhereInterrupted();
    count(part.length);
    yield part;
  }
}

async function exists(engine: DockerClient, volume: string): Promise<boolean> {
  return (await engine.lines(["volume", "ls", "--quiet"])).includes(volume);
}

function unfinished(volume: string): string {
  return `${volume}-unfinished`;
}

function sourceOf({ image, from }: Carriage) {
  return { image, volume: from, label: `${label}=${from}` };
}

function targetOf({ image, from, to }: Carriage) {
  return { image, volume: to, label: `${label}=${from}` };
}
