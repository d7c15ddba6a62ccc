import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { BoxImage } from "../../plan/BoxImage.ts";
import { chainId } from "../../plan/chain.ts";
import type { Engine } from "../../engine/engine.ts";
import { enginePrefix, engineProvider } from "../../plan/data/volumeNames.ts";
import { askSystemdNeeds, type SystemdNeeds } from "../../engine/systemdNeeds.ts";
import { ShippedImage } from "../engines/ShippedImage.ts";

/** Where containers run: this machine's engine, or that of another machine. */
export interface EnginePlace {
  /** Undefined: this machine's. */
  engine?: Engine;
  /** Before the names of everything that runs there; no fleet has a dot in its name. */
  prefix: string;
  network: docker.Network;
  /** How resources there are made. */
  options: pulumi.ComponentResourceOptions;
  /** What must have passed elsewhere before anything is swapped here. */
  after: pulumi.Resource[];
  /** What systemd needs of the engine; asked once, when a box runs it. */
  systemdNeeds: () => pulumi.Input<SystemdNeeds>;
  /** The image of a chain of layers, as it is there. @throws Error when there is none. */
  image: (chain: readonly string[] | undefined) => BoxImage;
}

type Images = ReadonlyMap<string, BoxImage>;

/** Makes the network of boxes, or has one that is there. */
type NetworkMaker = (name: string, options: pulumi.CustomResourceOptions) => docker.Network;

const ownNetwork: NetworkMaker = (name, options) => new docker.Network(name, {}, options);

/** This machine's engine. */
export function thisMachine(
  images: Images,
  options: pulumi.ComponentResourceOptions,
  network: NetworkMaker = ownNetwork,
): EnginePlace {
  return {
    prefix: enginePrefix(undefined),
    network: network("boxes", options),
    options,
    after: [],
    systemdNeeds: askedOnce(),
    image: (chain) => imageOf(images, chain),
  };
}

/** The engine of another machine: everything there belongs to a provider of its own, images are brought to it. */
export function otherMachine(
  engine: Engine,
  images: Images,
  after: pulumi.Resource[],
  options: pulumi.ComponentResourceOptions,
  network: NetworkMaker = ownNetwork,
): EnginePlace {
  const { name, url, sshOptions } = engine;
  const prefix = enginePrefix(name);
  // Another address is another provider: what runs is made there, and removed here.
  const provider = new docker.Provider(engineProvider(engine), { host: url, sshOpts: sshOptions }, options);
  const shipped = new Map<string, BoxImage>();
  return {
    engine,
    prefix,
    network: network(`${prefix}boxes`, { ...options, provider }),
    options: { ...options, providers: [provider] },
    after,
    systemdNeeds: askedOnce(engine),
    image: (chain) => {
      const id = chainId(chain ?? []);
      const there = shipped.get(id) ?? new ShippedImage(engine, id, imageOf(images, chain), options);
      shipped.set(id, there);
      return there;
    },
  };
}

function askedOnce(engine?: Engine): EnginePlace["systemdNeeds"] {
  let answer: Promise<SystemdNeeds> | undefined;
  return () => (answer ??= askSystemdNeeds(engine));
}

function imageOf(images: Images, chain: readonly string[] | undefined): BoxImage {
  const found = images.get(chainId(chain ?? []));
  if (!found) throw new Error(`expected an image of the chain ${chainId(chain ?? [])}, got none`);
  return found;
}
