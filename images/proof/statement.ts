import { z } from "zod";
import { canonicalJson, sha256 } from "../../plan/digest.ts";
import type { LayerInputs } from "../../plan/inputs.ts";

const digestSet = z.record(z.string(), z.string());
const resource = z.object({
  name: z.string().optional(),
  uri: z.string().optional(),
  mediaType: z.string().optional(),
  digest: digestSet,
});
export type ResourceDescriptor = z.output<typeof resource>;

/** A statement of how an image was made (in-toto Statement v1 with SLSA provenance v1, slsa.dev/spec/v1.0/provenance). */
export const statementSchema = z.object({
  _type: z.literal("https://in-toto.io/Statement/v1"),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) })).length(1),
  predicateType: z.literal("https://slsa.dev/provenance/v1"),
  predicate: z.object({
    buildDefinition: z.object({
      buildType: z.string(),
      externalParameters: z.record(z.string(), z.unknown()),
      internalParameters: z.record(z.string(), z.unknown()),
      resolvedDependencies: z.array(resource),
    }),
    runDetails: z.object({
      builder: z.object({ id: z.string(), version: z.record(z.string(), z.string()) }),
      metadata: z.object({ invocationId: z.string(), startedOn: z.string(), finishedOn: z.string() }),
      byproducts: z.array(resource),
    }),
  }),
});
export type Statement = z.output<typeof statementSchema>;

/** Names of what was found out about an image, by which a statement has their digests. */
export const byproducts = { inventory: "inventory.cdx.json", contents: "contents.json" } as const;
/** The name of the image below among what an image was made from. */
const parentName = "parent";

/** The digest (`sha256:…`) that a statement has of one of these. */
export function digestIn({ predicate }: Statement, byproduct: string): string {
  const found = predicate.runDetails.byproducts.find(({ name }) => name === byproduct);
  return `sha256:${found?.digest["sha256"] ?? ""}`;
}

/** The digest of the inputs that a statement says an image or disk was made from. */
export function madeFrom({ predicate }: Statement): string {
  return String(predicate.buildDefinition.internalParameters["inputDigest"]);
}

/** The digest (`sha256:…`) of what an image stands on, or a disk was made from; undefined for a base. */
export function parentIn({ predicate }: Statement): string | undefined {
  const parent = predicate.buildDefinition.resolvedDependencies.find(({ name }) => name === parentName);
  const digest = parent?.digest["sha256"];
  return digest === undefined ? undefined : `sha256:${digest}`;
}

/** What a statement says. */
export interface Made {
  /** `base.python.catalog`. */
  place: string;
  /** `sha256:…` of the image or disk. */
  digest: string;
  kind: "layer" | "disk";
  inputs: Pick<
    LayerInputs,
    | "layer"
    | "from"
    | "image"
    | "places"
    | "roles"
    | "play"
    | "variables"
    | "files"
    | "tools"
    | "packages"
    | "builders"
  >;
  inputDigest: string;
  /** `sha256:…` of the image below, or that a disk was made from. */
  parent?: string | undefined;
  /** Commit that last touched what it was made from. */
  revision?: string | undefined;
  startedAt: Date;
  finishedAt: Date;
  /** `sha256:…` of the inventory's text and over the contents. */
  inventoryDigest: string;
  contentsDigest: string;
}

/** The statement of how an image was made. */
export function statementOf(made: Made): Statement {
  const { place, digest, kind, inputs, inputDigest } = made;
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: place, digest: { sha256: hex(digest) } }],
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: `urn:immutable-fleets:${kind}:v1`,
        externalParameters: {
          layer: inputs.layer,
          ...(inputs.from && { from: inputs.from }),
          ...(inputs.image !== undefined && { image: inputs.image }),
          ...(inputs.places && { places: inputs.places }),
          roles: inputs.roles,
          ...(inputs.play && { play: inputs.play }),
          variables: inputs.variables,
        },
        internalParameters: { inputDigest },
        resolvedDependencies: dependencies(made),
      },
      runDetails: {
        builder: { id: "urn:immutable-fleets:builder", version: inputs.tools },
        metadata: {
          invocationId: inputDigest,
          startedOn: made.startedAt.toISOString(),
          finishedOn: made.finishedAt.toISOString(),
        },
        byproducts: [
          {
            name: byproducts.inventory,
            mediaType: "application/vnd.cyclonedx+json",
            digest: { sha256: hex(made.inventoryDigest) },
          },
          { name: byproducts.contents, digest: { sha256: hex(made.contentsDigest) } },
        ],
      },
    },
  };
}

/** A file's digest covers its executable bit too, so it is no plain SHA-256 of its content. */
function dependencies({ inputs, parent, revision }: Made): ResourceDescriptor[] {
  return [
    ...(parent === undefined ? [] : [{ name: parentName, digest: { sha256: hex(parent) } }]),
    ...(revision === undefined || revision === ""
      ? []
      : [{ name: "source", digest: { gitCommit: revision } }]),
    ...Object.values(inputs.packages ?? {}).flatMap(({ build }) => {
      const [name = "", digest] = build?.image?.split("@") ?? [];
      return digest === undefined ? [] : [{ name, digest: { sha256: hex(digest) } }];
    }),
    ...Object.entries(inputs.builders ?? {}).map(([name, chain]) => ({
      name: `builder ${name}`,
      digest: { inputs: sha256(canonicalJson(chain)) },
    })),
    ...Object.entries(inputs.files).map(([name, digest]) => ({ name, digest: { inputFile: digest } })),
  ];
}

function hex(digest: string): string {
  return digest.replace("sha256:", "");
}
