import * as pulumi from "@pulumi/pulumi";

/** Says something of a component: in a preview as far as its image is known then, and when things change. */
export function say(notes: readonly string[], component: pulumi.Resource): void {
  for (const note of notes) void pulumi.log.info(note, component);
}
