import { labels } from "../../engine/labels.ts";
import type { Attached } from "../../images/proof/attached.ts";
import type { Item } from "./item.ts";

/** One image that a registry has, with all its names. */
export interface RegistryImage {
  /** Path in the registry: `team/catalog`. */
  repository: string;
  /** Digest of the manifest: `sha256:…`. */
  digest: string;
  /** The image id: digest of its configuration. */
  image: string;
  tags: string[];
  labels: Readonly<Record<string, string>>;
  /** As its configuration says; images that we build all say the same. */
  created: string;
  bytes: number;
  /** What this project attached to it. */
  attached: readonly Attached[];
}

const proofTag = /^proof-([0-9a-f]{64})$/;
const imageTag = /^[0-9a-f]{64}$/;

/**
 * The images of a registry below our prefix, and their proofs. An image is as old as its proof, which says when it was
 * pushed; without one nobody knows, and it stays.
 * @param registry address and prefix, for names and removal.
 */
export function registryItems(registry: string, images: readonly RegistryImage[]): Item[] {
  const proofs = new Map(images.flatMap((each) => proofOf(each).map((image) => [image, each] as const)));
  return images.flatMap((each) => {
    const [proved] = proofOf(each);
    const proof = proved === undefined ? proofs.get(each.image) : each;
    const attached = each.attached.map((one) => attachedItem(registry, each, one));
    const item: Item = {
      kind: "manifest",
      id: `${each.repository}@${each.digest}`,
      name: `${each.repository}:${each.tags[0]?.slice(0, 18) ?? ""}`,
      aliases:
        proved === undefined
          ? [each.digest, `manifest of ${each.image}`, each.image, ...each.tags]
          : [proved, `registry proof ${proved}`],
      needs: [
        ...(proved === undefined ? [...parentOf(each), `registry proof ${each.image}`] : []),
        ...attached.map(({ id }) => id),
      ],
      ours: isOurs(each, proved !== undefined),
      inUse: false,
      ...(proof && { lastUsed: new Date(proof.created) }),
      bytes: each.bytes,
      region: registry,
    };
    return [item, ...attached];
  });
}

/** What is attached to an image goes after it, and stays as long as it does. */
function attachedItem(registry: string, { repository }: RegistryImage, attached: Attached): Item {
  const { digest, created, isOurs: ours, bytes, lists } = attached;
  return {
    kind: "manifest",
    id: `${repository}@${digest}`,
    name: `${repository}@${digest.slice(0, 18)}`,
    aliases: [],
    needs: lists.map((each) => `${repository}@${each}`),
    ours,
    inUse: false,
    ...(created !== undefined && { lastUsed: new Date(created) }),
    bytes,
    region: registry,
  };
}

function proofOf({ tags }: RegistryImage): string[] {
  return tags.flatMap((tag) => proofTag.exec(tag)?.[1] ?? []).map((hex) => `sha256:${hex}`);
}

function parentOf({ labels: own }: RegistryImage): string[] {
  const parent = own[labels.parent];
  return parent ? [`manifest of ${parent}`] : [];
}

/** Every name is one that we give; an image also carries our label. */
function isOurs({ tags, labels: own }: RegistryImage, isProof: boolean): boolean {
  if (tags.length === 0) return false;
  return isProof
    ? tags.every((tag) => proofTag.test(tag))
    : labels.layer in own && tags.every((tag) => imageTag.test(tag));
}
