import { z } from "zod";
import { relativePath } from "./forms.ts";

/** Keys of a layer that something else than Ansible makes. */
export const provisionerKeys = {
  provisioner: z
    .enum(["ansible", "shell", "puppet", "chef"])
    .optional()
    .describe("What makes the layer; default: ansible, with roles."),
  run: z
    .array(z.string().min(1))
    .optional()
    .describe("Steps of another provisioner, in order: scripts (shell), manifests (puppet), recipes (chef)."),
  library: relativePath.optional().describe("Folder of Puppet's modules or Chef's cookbooks."),
};
