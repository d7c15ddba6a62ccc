import { labels } from "../../engine/labels.ts";
import { isPackageTag } from "../../images/lock/registryStore.ts";
import type { Attached } from "../../images/proof/attached.ts";
import type { Item } from "./item.ts";

/** One image that a registry has, or the file of a package, or the files of a layer, with all its names. */
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
  /** Of packages: the files that a layer needs, by their hexadecimal SHA-256; of a file none. */
  children?: string[];
  /** What this project attached to it. */
  attached: readonly Attached[];
}

const proofTag = /^proof-([0-9a-f]{64})$/;
const imageTag = /^[0-9a-f]{64}$/;

/**
 * The images of a registry below our prefix, their proofs, and the packages that they are locked to. An image is as old as its proof, which says
 * when it was pushed; without one nobody knows, and it stays.
 * @param registry address and prefix, for names and removal.
 */
export function registryItems(registry: string, images: readonly RegistryImage[]): Item[] {
  const proofs = new Map(images.flatMap((each) => proofOf(each).map((image) => [image, each] as const)));
  return images.flatMap((each) => {
    if (each.children) return [packageItem(each, each.children, registry)];
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
        ...(proved === undefined
          ? [...parentOf(each), `registry proof ${each.image}`, ...each.tags.map(packagesOf)]
          : []),
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

/** The file of a package, known by its digest; or those of a layer, known by its input digest, which it needs. */
function packageItem(each: RegistryImage, children: string[], registry: string): Item {
  const { repository, digest, tags } = each;
  const names = tags.flatMap((tag) => {
    const hex = tag.replace(/^(file|layer)-/, "");
    return tag.startsWith("file-") ? [hex] : [hex, packagesOf(hex)];
  });
  return {
    ...{
      kind: "manifest",
      id: `${repository}@${digest}`,
      name: `${repository}:${tags[0]?.slice(0, 18) ?? ""}`,
    },
    ...{ aliases: [digest, ...names], needs: children, ours: tags.every(isPackageTag), inUse: false },
    ...{ lastUsed: new Date(each.created), bytes: each.bytes, region: registry },
  };
}

/** @param inputDigest of a layer. */
function packagesOf(inputDigest: string): string {
  return `packages of ${inputDigest}`;
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
