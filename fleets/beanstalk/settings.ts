import type { AwsSettings, InstanceSettings } from "../../config/instances.ts";
import { usualStatus } from "../../plan/glue/healthCheck.ts";

/** One option of an environment, by Elastic Beanstalk's names. */
export interface Setting {
  namespace: string;
  name: string;
  value: string;
}

export interface EnvironmentOptions {
  aws: Pick<AwsSettings, "certificate">;
  instances: InstanceSettings;
  boxes: number;
  drainSeconds: number;
  /** Path that answers `healthStatus`, default 200, while the application can serve. */
  health: string;
  healthStatus?: number;
  /** Names of the instances' profile and of the role in which Elastic Beanstalk acts. */
  profile: string;
  serviceRole: string;
  network: { vpc: string; publicSubnets: string[]; privateSubnets: string[] };
  environment: Readonly<Record<string, string>>;
  /** ARNs of the parameters that hold the secret variables. */
  secrets: Readonly<Record<string, string>>;
}

/** TLS 1.2 and 1.3 with forward secrecy only. */
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/**
 * All options of an environment, in a fixed order. Deployments are immutable: new instances beside the old ones, which go
 * only when the new ones are healthy. Names: docs.aws.amazon.com/elasticbeanstalk, "General options for all environments".
 */
export function environmentSettings(plan: EnvironmentOptions): Setting[] {
  const sections: Record<string, Record<string, string>> = {
    ...deployment(plan),
    "aws:elasticbeanstalk:environment": {
      EnvironmentType: "LoadBalanced",
      LoadBalancerType: "application",
      ServiceRole: plan.serviceRole,
    },
    "aws:elasticbeanstalk:healthreporting:system": { SystemType: "enhanced" },
    "aws:elasticbeanstalk:managedactions": { ManagedActionsEnabled: "false" },
    "aws:elasticbeanstalk:environment:process:default": {
      HealthCheckPath: plan.health,
      MatcherHTTPCode: String(plan.healthStatus ?? usualStatus),
      DeregistrationDelay: String(plan.drainSeconds),
    },
    ...scale(plan),
    "aws:ec2:instances": { InstanceTypes: plan.instances.type },
    "aws:autoscaling:launchconfiguration": {
      IamInstanceProfile: plan.profile,
      DisableIMDSv1: "true",
      RootVolumeType: "gp3",
    },
    "aws:ec2:vpc": {
      VPCId: plan.network.vpc,
      Subnets: plan.network.privateSubnets.join(","),
      ELBSubnets: plan.network.publicSubnets.join(","),
      AssociatePublicIpAddress: "false",
    },
    ...listeners(plan.aws),
    "aws:elasticbeanstalk:application:environment": { ...plan.environment },
    "aws:elasticbeanstalk:application:environmentsecrets": { ...plan.secrets },
  };
  return Object.entries(sections).flatMap(([namespace, options]) =>
    Object.entries(options)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => ({ namespace, name, value })),
  );
}

function deployment({ instances }: EnvironmentOptions): Record<string, Record<string, string>> {
  return {
    "aws:elasticbeanstalk:command": {
      DeploymentPolicy: "Immutable",
      Timeout: String(instances.startMinutes * 60),
    },
    "aws:autoscaling:updatepolicy:rollingupdate": {
      RollingUpdateEnabled: "true",
      RollingUpdateType: "Immutable",
    },
  };
}

/** By processor load, as instances of our own scale; Elastic Beanstalk's default is what they send. */
function scale({ instances, boxes }: EnvironmentOptions): Record<string, Record<string, string>> {
  const { maxBoxes = boxes, processorPercent } = instances;
  const size = { MinSize: String(boxes), MaxSize: String(Math.max(boxes, maxBoxes)) };
  if (maxBoxes <= boxes) return { "aws:autoscaling:asg": size };
  return {
    "aws:autoscaling:asg": size,
    "aws:autoscaling:trigger": {
      MeasureName: "CPUUtilization",
      Statistic: "Average",
      Unit: "Percent",
      UpperThreshold: String(processorPercent),
      // Two boxes at half of it are one at all of it.
      LowerThreshold: String(Math.floor(processorPercent / 2)),
    },
  };
}

/** With a certificate, HTTPS alone. */
function listeners({ certificate }: EnvironmentOptions["aws"]): Record<string, Record<string, string>> {
  if (certificate === undefined) return {};
  return {
    "aws:elbv2:listener:default": { ListenerEnabled: "false" },
    "aws:elbv2:listener:443": {
      ListenerEnabled: "true",
      Protocol: "HTTPS",
      SSLCertificateArns: certificate,
      SSLPolicy: tlsPolicy,
    },
  };
}
