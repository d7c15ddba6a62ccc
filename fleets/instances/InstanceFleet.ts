import { Group } from "@pulumi/aws/autoscaling/group.js";
import { Policy } from "@pulumi/aws/autoscaling/policy.js";
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate.js";
import * as pulumi from "@pulumi/pulumi";
import { boxTags, type FleetBoxesArgs } from "./boxes.ts";
import { InstanceGate } from "./InstanceGate.ts";
import { volumeGigabytes } from "./volumeSize.ts";

export interface InstanceFleetArgs extends FleetBoxesArgs {
  /** Boxes that serve now: a new group begins with as many. */
  live: pulumi.Input<number>;
  userData: pulumi.Input<string>;
  /** ARN of the boxes' instance profile. */
  profile: pulumi.Input<string>;
  alarms?: string | undefined;
}

/**
 * Equal instances of one AMI in an Auto Scaling group. A changed AMI makes a new group beside the old one: only when all its
 * boxes are healthy behind the load balancers is the old one emptied, drained and deleted; else it goes on serving.
 */
export class InstanceFleet extends pulumi.ComponentResource {
  readonly group: pulumi.Output<string>;
  readonly ami: pulumi.Output<string>;
  /** Known once all boxes are in service. */
  readonly proved: pulumi.Output<unknown>;

  constructor(args: InstanceFleetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:InstanceFleet", args.fleet, {}, opts);
    const group = this.#group(args, this.#template(args));
    this.#scaling(args, group);
    this.group = group.name;
    this.proved = this.#gate(args, group).stdout;
    this.ami = pulumi.output(args.ami);
    if (args.alarms !== undefined) this.#alarms(args.alarms, args);
    this.registerOutputs({ group: this.group, ami: this.ami });
  }

  #gate(args: InstanceFleetArgs, group: Group): InstanceGate {
    const { fleet, region, steadySeconds, settings, targetGroups } = args;
    return new InstanceGate(
      args.groupName,
      {
        fleet,
        region,
        group: args.groupName,
        boxes: startingSize(args),
        targetGroups: targetGroups.map(({ arn }) => arn),
        timeoutSeconds: settings.startMinutes * 60,
        steadySeconds,
        arn: group.arn,
      },
      { parent: this },
    );
  }

  #template(args: InstanceFleetArgs): LaunchTemplate {
    const { fleet, settings, encryptionKey } = args;
    return new LaunchTemplate(
      args.groupName,
      {
        imageId: args.ami,
        instanceType: settings.type,
        updateDefaultVersion: true,
        userData: pulumi.output(args.userData).apply((text) => Buffer.from(text).toString("base64")),
        iamInstanceProfile: { arn: args.profile },
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        networkInterfaces: [
          {
            associatePublicIpAddress: "false",
            securityGroups: [args.securityGroup],
            deleteOnTermination: "true",
          },
        ],
        blockDeviceMappings: Object.entries({ "/dev/xvda": settings.volume, ...settings.volumes }).map(
          ([deviceName, size]) => ({
            deviceName,
            ebs: {
              volumeType: "gp3",
              volumeSize: volumeGigabytes(size),
              encrypted: "true",
              deleteOnTermination: "true",
              ...(encryptionKey !== undefined && { kmsKeyId: encryptionKey }),
            },
          }),
        ),
        monitoring: { enabled: true },
        tags: { "immutable-fleets:fleet": fleet },
      },
      { parent: this },
    );
  }

  #group(args: InstanceFleetArgs, template: LaunchTemplate): Group {
    const { boxes, settings } = args;
    return new Group(
      args.groupName,
      {
        minSize: boxes,
        maxSize: mostBoxes(args),
        desiredCapacity: startingSize(args),
        // The gate waits, and tells why boxes do not get healthy.
        waitForCapacityTimeout: "0",
        healthCheckType: "ELB",
        healthCheckGracePeriod: settings.startMinutes * 60,
        vpcZoneIdentifiers: args.subnets,
        targetGroupArns: args.targetGroups.map(({ arn }) => arn),
        launchTemplate: {
          id: template.id,
          version: template.latestVersion.apply((version) => String(version)),
        },
        tags: Object.entries(boxTags(args)).map(([key, value]) => ({ key, value, propagateAtLaunch: true })),
      },
      {
        parent: this,
        dependsOn: args.dependsOn,
        // Scaling is the group's own affair, once it runs.
        ignoreChanges: ["desiredCapacity"],
        customTimeouts: { delete: "1h" },
      },
    );
  }

  #scaling({ groupName, settings, boxes }: InstanceFleetArgs, group: Group): void {
    if (settings.maxBoxes === undefined || settings.maxBoxes <= boxes) return;
    new Policy(
      groupName,
      {
        autoscalingGroupName: group.name,
        policyType: "TargetTrackingScaling",
        targetTrackingConfiguration: {
          predefinedMetricSpecification: { predefinedMetricType: "ASGAverageCPUUtilization" },
          targetValue: settings.processorPercent,
        },
      },
      { parent: this },
    );
  }

  /** They outlive every swap, and watch the boxes that serve. */
  #alarms(topic: string, { entries, targetGroups, fleet }: InstanceFleetArgs): void {
    targetGroups.forEach((target, index) => {
      new MetricAlarm(
        `${fleet}-unhealthy-${index + 1}`,
        {
          alarmDescription: `Fleet ${fleet} has boxes that do not answer their health check.`,
          namespace: "AWS/ApplicationELB",
          metricName: "UnHealthyHostCount",
          dimensions: {
            TargetGroup: target.arnSuffix,
            LoadBalancer: entries[index]?.balancer.arnSuffix ?? "",
          },
          statistic: "Maximum",
          comparisonOperator: "GreaterThanThreshold",
          threshold: 0,
          period: 60,
          evaluationPeriods: 3,
          alarmActions: [topic],
          okActions: [topic],
        },
        { parent: this },
      );
    });
  }
}

function mostBoxes({ boxes, settings }: InstanceFleetArgs): number {
  return Math.max(boxes, settings.maxBoxes ?? boxes);
}

/** As many as serve now, within bounds: a swap must not shrink what scaling has made large. */
function startingSize(args: InstanceFleetArgs): pulumi.Output<number> {
  const { boxes, live } = args;
  return pulumi.output(live).apply((serving) => Math.min(mostBoxes(args), Math.max(boxes, serving)));
}
