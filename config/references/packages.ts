import { formatPath } from "../shape.ts";
import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";
import { secretNames } from "../secretValues.ts";
import { unknown } from "./problems.ts";
import { setSecretCommand } from "./setSecret.ts";
import type { Surroundings } from "./surroundings.ts";

type Repository = Configuration["packages"]["repositories"][string];

/** A problem of one part of a repository; of the whole, where it names none. */
type PartProblem = Omit<Problem, "path"> & { part: string[] };

/** What is wrong in the repositories of pinned packages. */
export function repositoryProblems({ packages }: Configuration, surroundings: Surroundings): Problem[] {
  return Object.entries(packages.repositories).flatMap(([name, repository]) => {
    const path = ["packages", "repositories", name];
    const found = [
      ...placeProblems(repository),
      ...keyProblems(repository, surroundings),
      ...userProblems(repository),
    ];
    return [
      ...found.map(({ part, ...told }) => ({ path: formatPath([...path, ...part]), ...told })),
      ...secretProblems([...path, "password"], repository, surroundings),
    ];
  });
}

function placeProblems({ apt, yum }: Repository): PartProblem[] {
  if (apt ?? yum) return [];
  return [{ part: [], expected: "apt, yum or both", got: "neither", fix: "say where the repository is" }];
}

function keyProblems({ key, trusted = false }: Repository, { exists }: Surroundings): PartProblem[] {
  const problems: PartProblem[] = [];
  const found = (name: string, expected: string, got: string, fix: string) =>
    problems.push({ part: [name], expected, got, fix });
  if (key !== undefined && !exists(key))
    found("key", "a file or folder of the project", key, "create it or correct the path");
  if (key === undefined && !trusted)
    found("key", "the public key of its metadata", "nothing", "add it, or say trusted: true");
  if (key !== undefined && trusted)
    found("trusted", "a key or trusted: true", "both", "leave trusted out: the key is checked");
  return problems;
}

function userProblems({ apt, yum, username, password }: Repository): PartProblem[] {
  const open = Object.entries({ apt, yum }).filter(([, place]) => place?.url.startsWith("http://"));
  const problems: PartProblem[] = [];
  for (const [kind] of username === undefined ? [] : open) {
    const fix = "serve it by HTTPS: anybody between could read the password";
    problems.push({ part: [kind, "url"], expected: "https:// for a password", got: "http://", fix });
  }
  if ((username === undefined) !== (password === undefined)) {
    const expected = "username and password, or neither";
    problems.push({ part: [], expected, got: "one of them", fix: "add the other" });
  }
  return problems;
}

function secretProblems(path: string[], { password }: Repository, { secrets }: Surroundings): Problem[] {
  return secretNames(password ?? "")
    .filter((secret) => !secrets.includes(secret))
    .map((secret) => ({
      ...unknown(path, "secret", secret, secrets),
      fix: `set it by ${setSecretCommand(secret)}`,
    }));
}
