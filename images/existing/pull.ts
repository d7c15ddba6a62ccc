import { withoutTag } from "../../config/existingImage.ts";
import { localEngine } from "../../engine/DockerClient.ts";
import { inspectImage, type ImageFacts } from "../../engine/images.ts";
import { enginePlatform } from "../../engine/platform.ts";

/**
 * An existing image as the engine has it, else from its registry; of an index of several architectures, the engine's own.
 * @param owner the application or accessory that runs it, for people. @param image `name@sha256:…`.
 * @param pinning how another one is named, for people.
 * @throws Error when there is none for this engine, or the registry does not give it, with the way out.
 */
export async function pullExisting(
  owner: string,
  image: string,
  pinning = pinCommand(owner, image),
): Promise<ImageFacts> {
  const reference = withoutTag(image);
  const present = await inspectImage(reference);
  const facts = present ?? (await pulled(owner, image, reference, pinning));
  const platform = await enginePlatform();
  if (facts.Architecture === platform.architecture && facts.Os === platform.os) return facts;
  throw otherPlatform(owner, image, `one for ${facts.Os}/${facts.Architecture}`, platform);
}

async function pulled(owner: string, image: string, reference: string, pinning: string): Promise<ImageFacts> {
  const { exitCode, stderr } = await localEngine.ask(["pull", "--quiet", reference]);
  const facts = exitCode === 0 ? await inspectImage(reference) : undefined;
  if (facts) return facts;
  if (/no matching manifest/i.test(stderr))
    throw otherPlatform(owner, image, "an index without one", await enginePlatform());
  throw new Error(pullProblem(owner, image, stderr, pinning));
}

function otherPlatform(
  owner: string,
  image: string,
  got: string,
  { os, architecture }: { os: string; architecture: string },
): Error {
  return new Error(
    `${owner}: expected an image for ${os}/${architecture}, got ${got}: ${image}; pin one for it (npm run pin), or run it on another engine`,
  );
}

/** Why a registry did not give an image, with the way out where that is known. */
export function pullProblem(
  owner: string,
  image: string,
  reason: string,
  pinning = pinCommand(owner, image),
): string {
  const said = reason.trim().replace(/^Error response from daemon: /, "") || "no answer";
  return `${owner}: expected ${image} from its registry, got: ${said}; ${wayOut(image, said, pinning)}`;
}

function pinCommand(owner: string, image: string): string {
  return `npm run pin -- ${owner} ${image.replace(/@.*$/, "")} takes what is there now`;
}

function wayOut(image: string, said: string, pinning: string): string {
  if (/denied|unauthorized|authentication|no basic auth/i.test(said))
    return `${["docker", "login", ...registryOf(image)].join(" ")} as who may read it, or correct the name`;
  if (/manifest unknown|not found|does not exist/i.test(said)) return pinning;
  return "run it again where the registry is reached";
}

/** Its host; none for the one that the engine asks by itself. */
function registryOf(image: string): string[] {
  const [first = "", ...path] = image.split("/");
  return path.length > 0 && /[.:]|^localhost$/.test(first) ? [first] : [];
}
