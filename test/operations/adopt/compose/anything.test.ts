import { match } from "node:assert/strict";
import fc from "fast-check";
import { kamalServices } from "../../../../operations/adopt/kamal/document.ts";
import { kamalSchema } from "../../../../operations/adopt/kamal/schema.ts";
import { composeServiceSchema } from "../../../../operations/adopt/compose/schema.ts";
import { planServices } from "../../../../operations/adopt/services/plan.ts";
import { collected } from "../../../../operations/adopt/services/told.ts";
import { yamlTree } from "../../../../operations/adopt/services/yamlTree.ts";
import { checkedProposal } from "../checkedProposal.ts";
import { composedServices } from "./composed.ts";

/** Anything that YAML says, in any of the keys that are read, beside what makes the rest whole. */
const anythingIn = (keys: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });

const serviceKeys = [
  ...Object.keys(composeServiceSchema.shape),
  "extends",
  "read_only",
  "security_opt",
  "init",
];

/** A problem in the usual form, one in each line; never a failure of the program. */
const usualForm =
  /^[^\n]+: expected [^\n]+, got:? [^\n]*; [^\n]+(\n[^\n]+: expected [^\n]+, got:? [^\n]*; [^\n]+)*$/;

function passesOrIsRefused(adopt: () => ReturnType<typeof composedServices>): void {
  let proposal;
  try {
    proposal = adopt();
  } catch (error) {
    match((error as Error).message, usualForm);
    return;
  }
  checkedProposal(proposal);
}

describe("anything in the keys of another tool's file", () => {
  it("of Compose becomes a configuration that passes the check, or is refused in the usual form", () => {
    fc.assert(
      fc.property(anythingIn(serviceKeys), anythingIn(serviceKeys), (web, db) => {
        passesOrIsRefused(() =>
          composedServices({ web: { image: "a", ...web }, db: { image: "postgres", ...db } }),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("of Kamal, too", () => {
    fc.assert(
      fc.property(anythingIn(Object.keys(kamalSchema.shape)), (settings) => {
        passesOrIsRefused(() => {
          const told = collected();
          const tree = yamlTree(
            "deploy.yml",
            JSON.stringify({ service: "shop", image: "shop", ...settings }),
          );
          return planServices(kamalServices(tree, told.say), told, { variables: {}, suspicious: new Set() });
        });
      }),
      { numRuns: 150 },
    );
  });
});
