import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";
import { secretNames } from "../secretValues.ts";
import { formatPath } from "../shape.ts";
import { webhookKey } from "../webhook.ts";
import { unknown } from "./problems.ts";
import { setSecretCommand } from "./setSecret.ts";
import type { Surroundings } from "./surroundings.ts";

/** Hooks that are not there, and webhooks whose secret nobody set, or that signs nothing. */
export function deploymentProblems({ environment }: Configuration, surroundings: Surroundings): Problem[] {
  const { before, after } = environment.hooks ?? {};
  return [
    ...hookProblems("before", before, surroundings),
    ...hookProblems("after", after, surroundings),
    ...secretProblem(environment.webhook?.secret, surroundings),
  ];
}

/** A program with a folder in its name is the project's, or has its whole path; others are looked for on PATH. */
function hookProblems(moment: string, command: readonly string[] = [], { exists }: Surroundings): Problem[] {
  const [program = ""] = command;
  if (!program.includes("/") || program.startsWith("/") || exists(program)) return [];
  const path = formatPath(["environment", "hooks", moment, 0]);
  return [
    { path, expected: "a program of the project", got: program, fix: "add the file, or correct its name" },
  ];
}

function secretProblem(
  reference: string | undefined,
  { secrets, secretValues = {} }: Surroundings,
): Problem[] {
  const [name] = secretNames(reference ?? "");
  if (name === undefined) return [];
  const path = ["environment", "webhook", "secret"];
  const fix = `set it by ${setSecretCommand(name)}; whoever is sent the messages knows it, too`;
  if (!secrets.includes(name)) return [{ ...unknown(path, "secret", name, secrets), fix }];
  const value = secretValues[name];
  if (typeof value !== "string" || webhookKey(value)) return [];
  const expected = "whsec_ and 24 bytes or more as base64, or another text of at least 24 characters";
  return [{ path: `secrets.${name}`, expected, got: "another text", fix }];
}
