import { deepEqual } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { changed, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

const at = "environment/machineImages";
const region = "eu-central-1";
const key = "arn:aws:kms:eu-central-1:111122223333:key/1";

describe("configuration of machine images", () => {
  it("needs no more than a region", () => {
    deepEqual(validate(changed([at, { region }]), surroundings).environment.machineImages, {
      region,
      builder: "local",
      sizeMiB: 2048,
      bootTest: true,
      copies: {},
      accounts: [],
      encrypted: false,
      keepSnapshots: true,
    });
  });

  refuses(
    "refuses fleets that are unknown or named twice",
    [[at, { region, fleets: ["shop", "shp", "shop"] }]],
    [
      "environment.machineImages.fleets[1]: expected a known fleet, got shp; did you mean shop?",
      "environment.machineImages.fleets[2]: expected each name once, got shop; remove the second",
    ],
  );

  refuses(
    "refuses a fleet whose layers bring no kernel",
    [
      [at, { region, fleets: ["shop"] }],
      ["layers/kernel", undefined],
    ],
    [
      "environment.machineImages: expected a layer with the kernel of shop's machines, got none; add to layers: machine: {on: base, roles: [machine], machineOnly: true}",
    ],
  );

  refuses(
    "refuses the cloud's settings without its builder",
    [[at, { region, fleets: ["shop"], cloud: { sourceAmi: "ami-1" } }]],
    [
      "environment.machineImages.cloud: expected builder: cloud beside it, got local; set it, or remove cloud",
    ],
  );

  refuses(
    "refuses the cloud's builder for packages that are built in a layer",
    [
      [at, { region, fleets: ["shop"], builder: "cloud", cloud: { sourceAmi: "ami-1" } }],
      [
        "layers/catalog/packages",
        { own: { source: "apps/fleetbox", build: { layer: "base", commands: [["make"]], output: ["out"] } } },
      ],
    ],
    [
      "layers.catalog.packages.own.source: expected a file or folder of the project, got apps/fleetbox/nfpm.yaml; create it or correct the path",
      "environment.machineImages.builder: expected layers that are nothing but roles, got packages of catalog that are built in the layer base; use builder: local",
    ],
  );

  refuses(
    "refuses the cloud's builder without what it stands on, or for more than roles",
    [
      [at, { region, fleets: ["shop"], builder: "cloud" }],
      ["layers/base/roles", undefined],
      ["layers/base/provisioner", "shell"],
      ["layers/base/run", ["estate/motd.sh"]],
    ],
    [
      "layers.base.run[0]: expected a file or folder of the project, got estate/motd.sh; create it or correct the path",
      "environment.machineImages.cloud: expected cloud: {sourceAmi: ami-…}, got nothing; say what the base is built on",
      "environment.machineImages.builder: expected layers that are nothing but roles, got steps of base; use builder: local",
    ],
  );

  it("needs no layer with a kernel for the cloud's builder", () => {
    const cloud = { region, fleets: ["shop"], builder: "cloud", cloud: { sourceAmi: "ami-1" } };
    const { environment } = validate(changed([at, cloud], ["layers/kernel", undefined]), surroundings);
    deepEqual(environment.machineImages?.cloud, {
      sourceAmi: "ami-1",
      user: "admin",
      instanceType: "t3.small",
    });
  });

  refuses(
    "refuses an environment that builds nothing",
    [
      [at, { region }],
      ["environment/promoteFrom", "dev"],
    ],
    [
      "environment.machineImages: expected an environment that builds, got one that takes a release; remove it",
    ],
  );

  refuses(
    "refuses keys without encryption, and a copy to its own region",
    [
      [
        at,
        { region, encryptionKey: key, copies: { "eu-central-1": {}, "eu-west-1": { encryptionKey: key } } },
      ],
    ],
    [
      "environment.machineImages.encryptionKey: expected encrypted: true beside it, got false; set it, or remove the key",
      "environment.machineImages.copies.eu-west-1.encryptionKey: expected encrypted: true beside it, got false; set it, or remove the key",
      "environment.machineImages.copies.eu-central-1: expected other regions than its own, got eu-central-1; remove it",
    ],
  );

  refuses(
    "refuses to share what is encrypted under a key that nobody else may use",
    [[at, { region, encrypted: true, accounts: ["111122223333"] }]],
    [
      "environment.machineImages.encryptionKey: expected a key that other accounts may use, got nothing; add one, or remove accounts",
    ],
  );

  refuses(
    "refuses values of the wrong form",
    [[at, { region: "europe", accounts: ["12"], sizeMiB: 100, deprecateAfterDays: 0 }]],
    [
      "environment.machineImages.region: expected a region such as eu-central-1, got europe; correct it",
      "environment.machineImages.sizeMiB: expected MiB from 256 to 16777216, got 100; correct it",
      'environment.machineImages.accounts[0]: expected the 12 digits of an account, in quotes, got "12"; correct it',
      "environment.machineImages.deprecateAfterDays: expected days from 1 to 3650, got 0; correct it",
    ],
  );
});
