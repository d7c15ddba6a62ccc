import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { PackageURL } from "packageurl-js";
import type { Contents, ImageFile } from "./contents.ts";
import type { Library } from "./Library.ts";
import type { Package } from "./packages.ts";

/** What the inventory is of. */
export interface Inventoried {
  /** Place of the image: `base.python.catalog`. */
  place: string;
  /** `sha256:…` of the image or disk. */
  digest: string;
}

/** The inventory of an image as a CycloneDX 1.6 document (JSON): packages and files. Equal contents give equal texts. */
export function inventory({ place, digest }: Inventoried, contents: Contents): string {
  const subject = new Models.Component(Enums.ComponentType.Container, place, {
    bomRef: digest,
    version: digest,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm["SHA-256"], digest.replace("sha256:", "")]]),
  });
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: subject }),
    components: new Models.ComponentRepository([
      ...contents.packages.map((each) => packageComponent(each, contents.system)),
      ...(contents.libraries ?? []).map(libraryComponent),
      ...contents.files.map(fileComponent),
    ]),
  });
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return serializer.serialize(bom, { sortLists: false, space: 0 });
}

/** `pkg:deb/debian/curl@7.88.1-10?arch=amd64&distro=debian-12` (github.com/package-url/purl-spec). */
export function packageUrl(
  { kind, name, version, architecture }: Package,
  { id, version: release }: Contents["system"],
): string {
  // Of an RPM the epoch is a qualifier; of a Debian package it is part of the version.
  const [, epoch, plain] = (kind === "rpm" && /^(\d+):(.*)$/.exec(version)) || [
    undefined,
    undefined,
    version,
  ];
  const qualifiers = {
    arch: architecture,
    ...(epoch !== undefined && { epoch }),
    ...(id !== "" && { distro: `${id}-${release}` }),
  };
  return new PackageURL(kind, id === "" ? undefined : id, name, plain, qualifiers).toString();
}

function packageComponent(each: Package, system: Contents["system"]): Models.Component {
  const purl = packageUrl(each, system);
  return new Models.Component(Enums.ComponentType.Library, each.name, {
    bomRef: purl,
    version: each.version,
    purl,
    properties: properties({ source: each.source }),
  });
}

/** `pkg:npm/%40types/node@20.1.0`, `pkg:pypi/flask@3.0.1`. */
function libraryComponent({ kind, name, version }: Library): Models.Component {
  const [, scope, plain = name] = /^(@[^/]+)\/(.*)$/.exec(name) ?? [];
  const purl = new PackageURL(kind, scope, plain, version).toString();
  return new Models.Component(Enums.ComponentType.Library, name, { bomRef: purl, version, purl });
}

function fileComponent({ path, sha256, ...facts }: ImageFile): Models.Component {
  const { type, mode, uid, gid, target } = facts;
  return new Models.Component(Enums.ComponentType.File, path, {
    bomRef: `file:${path}`,
    ...(sha256 !== undefined && {
      hashes: new Models.HashDictionary([[Enums.HashAlgorithm["SHA-256"], sha256]]),
    }),
    properties: properties({ type, mode, owner: `${uid}:${gid}`, target }),
  });
}

function properties(values: Readonly<Record<string, string | undefined>>): Models.PropertyRepository {
  return new Models.PropertyRepository(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [new Models.Property(`immutable-fleets:${name}`, value)],
    ),
  );
}
