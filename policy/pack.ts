import { PolicyPack, type ResourceValidationPolicy } from "@pulumi/policy";
import { projectRoot } from "../config/root.ts";
import { approvedByReleases } from "./approved.ts";
import { rules, type Approved } from "./rules.ts";

/** A stack that builds makes images that no release names yet: APPROVED_ONLY=true is for those that take releases. */
const nothingYet: Approved = { images: new Set(), amis: new Set() };
const approved = process.env["APPROVED_ONLY"] === "true" ? approvedByReleases(projectRoot) : nothingYet;

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
