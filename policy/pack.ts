import { PolicyPack, type ResourceValidationPolicy } from "@pulumi/policy";
import { projectRoot } from "../config/root.ts";
import { approvedByReleases, approvedOnly } from "./approved.ts";
import { rules } from "./rules.ts";

const approved = approvedOnly(process.env["APPROVED_ONLY"]) ? approvedByReleases(projectRoot) : undefined;

// Run by `pulumi preview --policy-pack policy` and `pulumi up --policy-pack policy`.
new PolicyPack("immutable-fleets", {
  policies: rules.map(({ name, description, problems }): ResourceValidationPolicy => ({
    name,
    description,
    enforcementLevel: "mandatory",
    validateResource: ({ type, name: resource, props }, report) => {
      for (const problem of problems({ type, name: resource, props }, approved)) report(problem);
    },
  })),
});
