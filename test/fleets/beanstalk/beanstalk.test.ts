import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError } from "../../../config/problem.ts";
import { validate } from "../../../config/read/validate.ts";
import { fleetUrl, hostPrefix } from "../../../fleets/beanstalk/addresses.ts";
import { deploymentProblem } from "../../../fleets/beanstalk/deployment.ts";
import { boxEnvironment } from "../../../plan/glue/boxEnvironment.ts";
import { environmentPlan } from "../../../plan/environment/plan.ts";
import type { BoxImage } from "../../../plan/BoxImage.ts";
import { digestOf } from "../../images/release/fixture.ts";
import { around, targetOf } from "../around.ts";
import { allows, policiesOf } from "../aws/iam.ts";
import { instances, ofType, secretValue, type Made } from "../instances/program.ts";

const timeoutMilliseconds = 60_000;
const platform =
  "arn:aws:elasticbeanstalk:eu-central-1::platform/Docker running on 64bit Amazon Linux 2023/4.3.0";

interface Input {
  registry?: { prefix: string };
  fleets: Record<"web" | "orders", { applications: string[] }>;
  environment: {
    aws: Record<string, unknown>;
    fleets: Record<"web" | "orders", Record<string, unknown>>;
    [key: string]: unknown;
  };
  [key: string]: unknown;
}

const input: Input = {
  ...instances,
  registry: { prefix: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop" },
  environment: {
    ...instances.environment,
    aws: { ...instances.environment.aws, beanstalkPlatform: platform },
    hosts: { orders: ["orders.example.com"] },
    fleets: {
      web: { target: "beanstalk", boxes: 2, instances: { maxBoxes: 4 } },
      orders: {
        target: "beanstalk",
        environment: { DATABASE_URL: "postgresql://${secret:database}@db/orders", LEVEL: "info" },
      },
    },
  },
};

function configured(change: (each: Input) => unknown = () => undefined) {
  const copy = structuredClone(input);
  change(copy);
  return validate(copy, { roles: [], exists: () => true, secrets: ["database"] });
}

/** A label of a version, as Pulumi makes one. */
function newLabel(fleet: string): string {
  return `${fleet}-1a2b3c4`;
}

/** What the program makes on mocks, from images of these digits. */
async function made(digits: Record<string, string>, manifest = true): Promise<Made[]> {
  const seen: Made[] = [];
  await pulumi.runtime.setMocks(
    {
      call: () => ({}),
      newResource: ({ type, name, inputs }) => {
        seen.push({ type, name, inputs: inputs as Record<string, unknown>, options: {} });
        const made = type.endsWith(":ApplicationVersion") ? newLabel(name) : name;
        return { id: `${name}-id`, state: { arn: `arn:${name}`, name: made, ...(inputs as object) } };
      },
    },
    "project",
    "prod",
  );
  const { runBeanstalk } = await import("../../../fleets/beanstalk/run.ts");
  const plan = environmentPlan(configured());
  const secrets = pulumi.secret<Record<string, string>>({ database: secretValue }) as pulumi.Output<
    Record<string, string>
  >;
  const images = new Map(
    Object.entries(digits).map(([layer, digit]): [string, BoxImage] => [
      `base.${layer}`,
      {
        image: pulumi.output(digestOf(digit)),
        inputDigest: pulumi.output(digit),
        services: pulumi.output([]),
        manifest: pulumi.output(manifest ? `registry/${layer}@${digestOf(digit)}` : undefined),
      },
    ]),
  );
  const running = runBeanstalk(
    targetOf(plan, "beanstalk"),
    around(plan, { made: images, secrets: { set: secrets, generated: {} } }),
  );
  await new Promise((resolve) => {
    pulumi.all(running.proved).apply(resolve);
    setTimeout(resolve, 3000).unref();
  });
  await pulumi.runtime.disconnect();
  return seen;
}

interface Option {
  namespace: string;
  name: string;
  value: string;
}

describe("fleets on Elastic Beanstalk", function () {
  this.timeout(timeoutMilliseconds);
  let all: Made[] = [];
  const option = (fleet: string, namespace: string, name: string) => {
    const settings = ofType(all, "elasticbeanstalk/environment:Environment")[fleet]?.["settings"] as Option[];
    return settings.find((each) => each.namespace === namespace && each.name === name)?.value;
  };
  before(async () => (all = await made({ site: "a", orders: "b" })));

  it("have versions that name the release's image by its digest", () => {
    const bundle = ofType(all, "s3/bucketObjectv2:BucketObjectv2")["web-version"]?.["content"];
    assert.deepEqual(JSON.parse(String(bundle)), {
      AWSEBDockerrunVersion: "1",
      Image: { Name: `registry/site@${digestOf("a")}`, Update: "true" },
      Ports: [{ ContainerPort: 8080 }],
    });
    const version = ofType(all, "applicationVersion:ApplicationVersion")["web"];
    assert.match(String(version?.["key"]), /^web-[0-9a-f]{12}\/Dockerrun\.aws\.json$/);
    assert.equal(version?.["description"], digestOf("a"));
    assert.equal(ofType(all, "environment:Environment")["web"]?.["version"], newLabel("web"));
  });

  it("have labels that Pulumi makes anew: AWS takes each once, and a rollback comes to a digest again", () => {
    for (const version of Object.values(ofType(all, "applicationVersion:ApplicationVersion")))
      assert.equal("name" in version, false);
  });

  it("are proved only where AWS says that they run the version which was deployed", () => {
    const deployment = { fleet: "web", environment: "web-1", runs: "web-a", wanted: "web-a" };
    assert.equal(deploymentProblem(deployment), undefined);
    assert.equal(
      deploymentProblem({ ...deployment, wanted: "web-b" }),
      "fleet web: expected its environment web-1 to run the version web-b, got web-a: a deployment failed before, or somebody changed it; run up again, which deploys it",
    );
  });

  it("get another version with another digest, and only then", async () => {
    const next = ofType(await made({ site: "c", orders: "b" }), "ApplicationVersion");
    const before = ofType(all, "ApplicationVersion");
    assert.notEqual(next["web"]?.["key"], before["web"]?.["key"]);
    assert.equal(next["orders"]?.["key"], before["orders"]?.["key"]);
  });

  it("are deployed immutably, on exactly one platform", () => {
    assert.equal(option("web", "aws:elasticbeanstalk:command", "DeploymentPolicy"), "Immutable");
    const environment = ofType(all, "environment:Environment")["web"];
    assert.equal(environment?.["platformArn"], platform);
    assert.equal("solutionStackName" in environment, false);
    assert.equal(option("web", "aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled"), "false");
  });

  it("have the boxes, the health check and the entry that are configured", () => {
    assert.equal(option("web", "aws:autoscaling:asg", "MinSize"), "2");
    assert.equal(option("web", "aws:autoscaling:asg", "MaxSize"), "4");
    const trigger = (name: string) => option("web", "aws:autoscaling:trigger", name);
    assert.deepEqual(["MeasureName", "UpperThreshold", "LowerThreshold"].map(trigger), [
      "CPUUtilization",
      "60",
      "30",
    ]);
    assert.equal(option("orders", "aws:autoscaling:trigger", "MeasureName"), undefined);
    assert.equal(
      option("web", "aws:elasticbeanstalk:environment:process:default", "HealthCheckPath"),
      "/healthz",
    );
    assert.equal(option("web", "aws:elbv2:listener:default", "ListenerEnabled"), "false");
    assert.equal(option("web", "aws:elbv2:listener:443", "Protocol"), "HTTPS");
  });

  it("have neither IMDSv1, a public address nor a key", () => {
    assert.equal(option("web", "aws:autoscaling:launchconfiguration", "DisableIMDSv1"), "true");
    assert.equal(option("web", "aws:ec2:vpc", "AssociatePublicIpAddress"), "false");
    assert.equal(option("web", "aws:autoscaling:launchconfiguration", "EC2KeyName"), undefined);
    assert.equal(ofType(all, "BucketPublicAccessBlock")["versions"]?.["blockPublicPolicy"], true);
  });

  it("find each other by their environments' addresses", () => {
    const address = fleetUrl(hostPrefix("project", "prod", "orders"), "eu-central-1", "certificate");
    const variables = "aws:elasticbeanstalk:application:environment";
    assert.equal(option("web", variables, "ORDERS_URL"), address);
    assert.equal(option("web", variables, "WEB_ROUTES"), `orders.example.com=${address}`);
    assert.equal(
      ofType(all, "environment:Environment")["orders"]?.["cnamePrefix"],
      hostPrefix("project", "prod", "orders"),
    );
  });

  it("have secrets in parameters alone, which no other fleet may read", () => {
    const places = all.filter(({ inputs }) => JSON.stringify(inputs).includes(secretValue));
    assert.deepEqual(
      places.map(({ type, name }) => `${type} ${name}`),
      ["aws:ssm/parameter:Parameter orders-DATABASE_URL"],
    );
    const secretOptions = "aws:elasticbeanstalk:application:environmentsecrets";
    assert.equal(option("orders", secretOptions, "DATABASE_URL"), "arn:orders-DATABASE_URL");
    const policies = ofType(all, "rolePolicy:RolePolicy");
    assert.deepEqual(Object.keys(policies), ["orders-box"]);
    assert.match(String(policies["orders-box"]?.["policy"]), /"Resource":\["arn:orders-DATABASE_URL"\]/);
  });

  it("let an instance read its own fleet's secrets alone, as IAM evaluates its policies", () => {
    const resource = "arn:orders-DATABASE_URL";
    for (const action of ["ssm:GetParameter", "ssm:GetParameters"]) {
      assert.equal(allows(policiesOf(all, "orders-box"), { action, resource }), true);
      assert.equal(allows(policiesOf(all, "web-box"), { action, resource }), false);
      assert.equal(allows(policiesOf(all, "orders-box"), { action, resource: `${resource}2` }), false);
    }
  });

  it("make no groups, templates or balancers of ours", () => {
    for (const type of ["autoscaling/group:Group", "LaunchTemplate", "LoadBalancer", "docker:index"])
      assert.deepEqual(ofType(all, type), {});
  });

  it("leave addresses alone that are not an application's", () => {
    const urls = { a: "http://edge:8080", other: "http://edge:9" };
    const glue = { fleet: "web", urls, accessories: { A_HOST: "a", EDGE_HOST: "edge" } };
    assert.deepEqual(boxEnvironment(glue, { a: "https://a", edge: "https://b" }), {
      ...{ FLEET: "web", A_URL: "https://a", OTHER_URL: "http://edge:9" },
      ...glue.accessories,
    });
  });

  const problems: [string, (each: Input) => unknown, RegExp][] = [
    [
      "no platform",
      (each) => delete each.environment.aws["beanstalkPlatform"],
      /aws\.beanstalkPlatform: expected the Docker platform's ARN, got nothing/,
    ],
    [
      "no registry",
      (each) => delete each.registry,
      /registry: expected a registry that Elastic Beanstalk can pull from, got nothing/,
    ],
    [
      "another target beside",
      (each) => (each.environment.fleets.web = {}),
      /environment\.fleets: expected one target in one environment/,
    ],
    [
      "a canary",
      (each) => (each.environment.fleets.web["swap"] = { canary: [100] }),
      /fleets\.web\.swap: expected target: instances beside it, got beanstalk/,
    ],
    [
      "volumes of boxes",
      (each) => (each.environment.fleets.web["instances"] = { volumes: { "/dev/sdf": "1 GiB" } }),
      /fleets\.web\.instances\.volumes: expected none for boxes of Elastic Beanstalk, got \/dev\/sdf/,
    ],
    [
      "several applications on a box",
      (each) => {
        each.fleets.web.applications = ["site", "orders"];
        each.fleets.orders.applications = [];
      },
      /fleets\.web\.applications: expected one application, got site, orders|fleets\.orders\.applications/,
    ],
  ];
  for (const [what, change, message] of problems) {
    it(`are refused with ${what}`, () => {
      assert.throws(
        () => configured(change),
        (error) => error instanceof ConfigurationError && message.test(error.message),
      );
    });
  }
});
