import type { StateResource } from "./resource.ts";

/** An environment of Elastic Beanstalk, as a stack's state wants it. */
export interface WantedEnvironment {
  urn: string;
  fleet: string;
  /** Its name at AWS. */
  environment: string;
  /** Label of the version that it is to run. */
  version: string;
  region: string;
  /** The fewest boxes. */
  boxes: number;
}

const environmentType = "aws:elasticbeanstalk/environment:Environment";

/** The environments of Elastic Beanstalk in a state. */
export function wantedEnvironments(resources: readonly StateResource[]): WantedEnvironment[] {
  return resources
    .filter(({ type, pendingDelete }) => type === environmentType && !pendingDelete)
    .map(({ urn, name, inputs, outputs }) => {
      const settings = (inputs["settings"] ?? []) as { namespace: string; name: string; value: string }[];
      const fewest = settings.find(
        (each) => each.namespace === "aws:autoscaling:asg" && each.name === "MinSize",
      );
      return {
        urn,
        fleet: name,
        environment: textOf(outputs["name"]),
        version: textOf(inputs["version"]),
        // arn:aws:elasticbeanstalk:eu-central-1::platform/…
        region: textOf(inputs["platformArn"]).split(":")[3] ?? "",
        boxes: Number(fewest?.value ?? 1),
      };
    });
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
