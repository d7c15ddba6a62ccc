import * as pulumi from "@pulumi/pulumi";

/** What boxes and all else of this stack are labelled or tagged with: whose they are. */
export function stackLabel(): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}`;
}
