import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { BoxImage } from "../../plan/BoxImage.ts";
import { sourceDateEpochSeconds } from "../../plan/epoch.ts";
import type { VaultSource } from "../../config/play.ts";
import { passwordsVariable } from "./passwords.ts";
import type { BuildRequest, BuildResult } from "../../plan/buildRequest.ts";
import type { Service } from "../../plan/service.ts";
import { inputDigest, type LayerInputs } from "../../plan/inputs.ts";

export interface ImageLayerArgs {
  inputs: LayerInputs;
  /** The layer below; none for a base. */
  parent?: ImageLayer;
  /** Container images that the layer holds, by application. */
  held?: Record<string, { place: string; image: BoxImage }>;
  registry?: { prefix: string; push: boolean };
  /** Patterns of files that hold no secret, whatever they look like; no part of the input digest. */
  noSecrets?: string[];
  /** Where the password of the play's vault files comes from; no part of the input digest. */
  vault?: VaultSource;
  /** Passwords of package repositories, by repository: handed to the build, no part of the inputs. */
  passwords?: pulumi.Input<Record<string, string>>;
}

/** One layer of an image in its place: built by Packer and Ansible when its input digest changes, and only then. */
export class ImageLayer extends pulumi.ComponentResource implements BoxImage {
  /** The image id: `sha256:…`. */
  readonly image: pulumi.Output<string>;
  readonly inputDigest: pulumi.Output<string>;
  /** The services that the roles of this layer and of those below enabled. */
  readonly services: pulumi.Output<Service[]>;

  constructor(name: string, args: ImageLayerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:ImageLayer", name, {}, opts);
    const parent = pulumi.output(args.parent?.image);
    const held = heldImages(args);
    const digest = pulumi
      .all([parent, pulumi.output(held)])
      .apply(([image, ids]) => inputDigest(args.inputs, image, ids));
    // Standard input has only what is known before the parent is built, so that a preview can tell the causes.
    const request: BuildRequest = {
      id: name,
      inputs: args.inputs,
      epochSeconds: sourceDateEpochSeconds,
      ...(args.held && { heldPlaces: mapPlaces(args.held) }),
      ...(args.noSecrets && { noSecrets: args.noSecrets }),
      ...(args.vault && { vault: args.vault }),
      ...(args.registry && { registry: args.registry }),
    };
    const build = new command.local.Command(
      name,
      {
        interpreter: ["node", "images/layer/main.ts"],
        create: name,
        stdin: JSON.stringify(request),
        ...buildEnvironment(args, held),
        triggers: [digest],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      { parent: this, customTimeouts: { create: "2h", update: "2h" } },
    );
    const result = build.stdout.apply((text) => JSON.parse(text) as BuildResult);
    this.image = result.image;
    this.services = result.services;
    this.inputDigest = result.inputDigest;
    this.registerOutputs({ image: this.image, inputDigest: digest });
  }
}

/** What the build is told apart from its request; a changed password builds nothing by itself. */
function buildEnvironment({ parent, passwords }: ImageLayerArgs, held: ReturnType<typeof heldImages>) {
  const environment = {
    ...(parent && { PARENT_IMAGE: parent.image }),
    ...(held && { HELD_IMAGES: held.apply((ids) => JSON.stringify(ids)) }),
    ...(passwords && {
      [passwordsVariable]: pulumi.output(passwords).apply((values) => JSON.stringify(values)),
    }),
  };
  return Object.keys(environment).length > 0 ? { environment } : {};
}

function heldImages({ held }: ImageLayerArgs): pulumi.Output<Record<string, string>> | undefined {
  if (!held) return undefined;
  return pulumi.all(Object.fromEntries(Object.entries(held).map(([name, { image }]) => [name, image.image])));
}

function mapPlaces(held: NonNullable<ImageLayerArgs["held"]>): Record<string, string> {
  return Object.fromEntries(Object.entries(held).map(([name, { place }]) => [name, place]));
}
