import type { Repository } from "../../engine/registry/ask.ts";
import { isOurs, listUnder, referrersOf, referrersTag } from "./referrer.ts";

/** The form of tags under which referrers are listed. */
export const referrersTagForm = /^sha256-[0-9a-f]{64}$/;

/** What is attached to an image of a registry, or the list of that. */
export interface Attached {
  /** Of its manifest. */
  digest: string;
  /** When what it says was made; undefined where nobody knows. */
  created?: string;
  /** Whether this project made it, or, of a list, all that is in it. */
  isOurs: boolean;
  bytes: number;
  /** Of a list: the digests of what it names of ours. */
  lists: readonly string[];
}

/** What this project attached to a manifest, and the list where the registry keeps none itself. */
export async function attachedTo(repository: Repository, digest: string): Promise<Attached[]> {
  const referrers = (await referrersOf(repository, digest)).filter(isOurs);
  const attached = referrers.map(({ digest: own, size, annotations }): Attached => {
    const created = annotations?.["org.opencontainers.image.created"];
    return { digest: own, bytes: size, isOurs: true, lists: [], ...(created !== undefined && { created }) };
  });
  const list = await listUnder(repository, referrersTag(digest));
  if (!list || attached.length === 0) return attached;
  const { created } = attached[0] ?? {};
  return [
    ...attached,
    {
      digest: list.digest,
      bytes: list.bytes,
      isOurs: list.manifests.every(isOurs),
      lists: attached.map((each) => each.digest),
      ...(created !== undefined && { created }),
    },
  ];
}
