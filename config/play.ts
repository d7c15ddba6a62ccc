import { z } from "zod";
import { matchingText } from "./text.ts";

const path = matchingText(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+$/, "a path inside the project");
const group = matchingText(/^(?!(all|ungrouped)$)[A-Za-z_][\w-]*$/, "the name of a group other than all");
const tag = matchingText(/^[^\s,-][^\s,]*$/, "a tag without spaces and commas");

/** Where the password of vault files comes from. */
export const vaultSchema = z
  .strictObject({
    file: matchingText(/^(~\/|\/)?[^\s~]\S*$/, "a path: absolute, below ~/ or in the project")
      .optional()
      .describe("File that has it."),
    command: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe("Program with its arguments that prints it."),
    environment: matchingText(/^[A-Za-z_]\w*$/, "the name of an environment variable")
      .optional()
      .describe("Environment variable of whoever runs `up` that has it."),
  })
  .describe(
    "Where the password of vault files comes from: exactly one of these. It is in no digest, log or image.",
  );

/** The keys of a layer that an existing playbook makes, as it stands. */
export const playKeys = {
  playbook: path
    .regex(/\//, { error: "a playbook in a folder of the project, such as infra/site.yml" })
    .optional()
    .describe("A playbook that makes the layer as it stands, instead of roles."),
  inventory: path
    .optional()
    .describe("Inventory of the playbook (file, folder, script or plugin), with the variables beside it."),
  groups: z
    .array(group)
    .optional()
    .describe(
      "Groups that the box is in while the playbook makes it: their plays and variables count for it.",
    ),
  requirements: path
    .optional()
    .describe("Roles and collections that ansible-galaxy installs for the playbook (requirements.yml)."),
  tags: z.array(tag).optional().describe("Only tasks of the playbook with these tags."),
  skipTags: z.array(tag).optional().describe("No tasks of the playbook with these tags."),
  vault: vaultSchema.optional(),
};

export type VaultSource = z.output<typeof vaultSchema>;
