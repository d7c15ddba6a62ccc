import {
  DescribeApplicationVersionsCommand,
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentsCommand,
  ElasticBeanstalkClient,
  UpdateEnvironmentCommand,
  type ApplicationVersionDescription,
  type EnvironmentDescription,
  type UpdateEnvironmentCommandInput,
} from "@aws-sdk/client-elastic-beanstalk";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { ReleaseImage } from "../../images/release/release.ts";
import { startRegistry, type Registry } from "../registry/registry.ts";
import { Production, region } from "./production.ts";
import { recordImages, ReleasedImages } from "./releasedImages.ts";

const places = { web: "base.apache.site", orders: "base.python.orders" } as const;
const platform = "Docker running on 64bit Amazon Linux 2023/4.6.0";

export type Fleet = keyof typeof places;
/** What no state, no option and no command's output may hold. */
export const secretValue = "correct-horse-battery-staple";

const environment = {
  promoteFrom: "dev",
  aws: {
    region,
    zones: [`${region}a`, `${region}b`],
    plainHttp: true,
    protect: false,
    beanstalkPlatform: `arn:aws:elasticbeanstalk:${region}::platform/${platform}`,
  },
  hosts: { orders: ["orders.example.com"] },
  accessories: { database: { address: "database.example.internal" } },
  applications: {
    orders: { environment: { DATABASE_URL: "postgresql://orders:${secret:database}@db:5432/orders" } },
  },
  fleets: {
    web: { target: "beanstalk", boxes: 2, instances: { startMinutes: 1 } },
    orders: { target: "beanstalk", boxes: 1, instances: { startMinutes: 1, maxBoxes: 3 } },
  },
};

/** A stack `prod` on Elastic Beanstalk, on the emulator, with a registry of its own and releases of made-up images. */
export class Beanstalk {
  readonly production: Production;
  readonly registry: Registry;
  readonly #images = new ReleasedImages();
  readonly #aws: ElasticBeanstalkClient;

  private constructor(prod: Production, registry: Registry) {
    this.production = prod;
    this.registry = registry;
    this.#aws = new ElasticBeanstalkClient({ region, endpoint: prod.proxy.endpoint });
  }

  /** @param plugin folder of the AWS plugin. @returns what runs, or the reason why it cannot. */
  static async start(plugin: string): Promise<Beanstalk | { missing: string }> {
    const registry = await startRegistry();
    if ("missing" in registry) return registry;
    const prod = await Production.start(plugin, {}, environment);
    // S3 Control is asked under a host name of the account, which no name server knows here.
    process.env["HTTP_PROXY"] = prod.proxy.endpoint;
    prod.sandbox.edit("Pulumi.prod.yaml", ({ config }: { config: Record<string, unknown> }) => {
      config["immutable-fleets:registry"] = { prefix: registry.prefix };
    });
    await prod.sandbox.pulumi("stack", "init", "prod");
    const secret = ["--secret", "--path", "immutable-fleets:secrets.database", secretValue];
    const { exitCode, all } = await prod.sandbox.pulumi("config", "set", ...secret, "--stack", "prod");
    assert.equal(exitCode, 0, all);
    return new Beanstalk(prod, registry);
  }

  async stop(): Promise<void> {
    this.#aws.destroy();
    await this.production.stop();
    await this.registry.stop();
    await this.#images.forget();
  }

  /** Records a release of dev: the image of a name for each fleet, or another one. */
  async record(number: number, names: Record<Fleet, string | ReleaseImage>): Promise<void> {
    const image = async (name: string | ReleaseImage) =>
      typeof name === "string" ? this.#images.image(name) : name;
    await recordImages(this.production.sandbox.folder, number, {
      web: { place: places.web, image: await image(names.web) },
      orders: { place: places.orders, image: await image(names.orders) },
    });
  }

  image(name: string): Promise<ReleaseImage> {
    return this.#images.image(name);
  }

  /** The environment of a fleet; there is just one. */
  async environment(fleet: Fleet): Promise<EnvironmentDescription> {
    const found = (await this.environments()).filter(({ EnvironmentName = "" }) =>
      new RegExp(`^${fleet}-[0-9a-f]{7}$`).test(EnvironmentName),
    );
    assert.equal(found.length, 1, JSON.stringify(found));
    return found[0] ?? {};
  }

  async environments(): Promise<EnvironmentDescription[]> {
    const asked = new DescribeEnvironmentsCommand({ IncludeDeleted: false });
    return (await this.#aws.send(asked)).Environments ?? [];
  }

  async versions(): Promise<ApplicationVersionDescription[]> {
    return (await this.#aws.send(new DescribeApplicationVersionsCommand({}))).ApplicationVersions ?? [];
  }

  /** The option settings that an environment has, by namespace and name. */
  async options(fleet: Fleet): Promise<Record<string, string>> {
    const { ApplicationName, EnvironmentName } = await this.environment(fleet);
    const asked = new DescribeConfigurationSettingsCommand({ ApplicationName, EnvironmentName });
    const { ConfigurationSettings = [] } = await this.#aws.send(asked);
    assert.deepEqual(
      ConfigurationSettings.map(({ DeploymentStatus }) => DeploymentStatus),
      ["deployed"],
    );
    const all = ConfigurationSettings[0]?.OptionSettings ?? [];
    return Object.fromEntries(
      all.map(({ Namespace, OptionName, Value }) => [`${Namespace} ${OptionName}`, Value ?? ""]),
    );
  }

  /** Fails unless the version that a fleet's environment runs names the image of this name, in the registry, by its digest. */
  async runs(fleet: Fleet, name: string): Promise<void> {
    const { VersionLabel } = await this.environment(fleet);
    const version = (await this.versions()).find((each) => each.VersionLabel === VersionLabel);
    const { S3Bucket, S3Key } = version?.SourceBundle ?? {};
    const bundle = await this.#object(`${S3Bucket}/${S3Key}`);
    const manifest = (JSON.parse(bundle) as { Image: { Name: string } }).Image.Name;
    const [, layer = "", digest = ""] = /\/fleets\/([a-z]+)@(sha256:[0-9a-f]{64})$/.exec(manifest) ?? [];
    const { image } = await this.#images.image(name);
    assert.equal((await this.registry.manifest(layer, digest)).config.digest, image);
  }

  /** A parameter of Systems Manager, by its ARN. */
  async parameter(Name: string): Promise<{ type: string | undefined; value: string | undefined }> {
    const client = new SSMClient({ region, endpoint: this.production.proxy.endpoint });
    try {
      const { Parameter } = await client.send(new GetParameterCommand({ Name, WithDecryption: true }));
      return { type: Parameter?.Type, value: Parameter?.Value };
    } finally {
      client.destroy();
    }
  }

  /** What somebody changes by hand. */
  async change(fleet: Fleet, input: Omit<UpdateEnvironmentCommandInput, "EnvironmentName">): Promise<void> {
    const { EnvironmentName } = await this.environment(fleet);
    await this.#aws.send(new UpdateEnvironmentCommand({ EnvironmentName, ...input }));
    while ((await this.environment(fleet)).Status !== "Ready") await sleep(100);
  }

  async #object(path: string): Promise<string> {
    const scope = `testing/20260101/${region}/s3/aws4_request`;
    const headers = { authorization: `AWS4-HMAC-SHA256 Credential=${scope}` };
    const answer = await fetch(`${this.production.proxy.endpoint}/${path}`, { headers });
    assert.equal(answer.status, 200, path);
    return answer.text();
  }
}
