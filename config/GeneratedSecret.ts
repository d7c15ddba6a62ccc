import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

/**
 * A secret made when the stack is first run (32 random bytes, base64url) and kept, encrypted, in its state.
 * @param rotated another text makes another one; absent as long as the first one is meant. It is another resource then: the value of one
 *   that is replaced is taken for what it was in a preview, which would tell of nothing that is swapped.
 */
export class GeneratedSecret extends command.local.Command {
  readonly value: pulumi.Output<string>;

  constructor(name: string, rotated?: string, opts?: pulumi.CustomResourceOptions) {
    super(
      rotated === undefined ? `${name}-secret` : `${name}-secret-${rotated}`,
      {
        interpreter: ["node", "config/randomSecret.ts"],
        create: name,
        logging: "none",
        addPreviousOutputInEnv: false,
      },
      { ...opts, additionalSecretOutputs: ["stdout"] },
    );
    this.value = this.stdout;
  }
}
