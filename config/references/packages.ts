import { formatPath } from "../shape.ts";
import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";
import { secretNames } from "../secretValues.ts";
import { unknown } from "./problems.ts";
import type { Surroundings } from "./surroundings.ts";

/** What is wrong in the repositories of pinned packages. */
export function repositoryProblems(
  { packages }: Configuration,
  { exists, secrets }: Surroundings,
): Problem[] {
  return Object.entries(packages.repositories).flatMap(
    ([name, { apt, yum, key, trusted = false, username, password }]) => {
      const path = ["packages", "repositories", name];
      const problem = (part: string[], expected: string, got: string, fix: string) => ({
        path: formatPath([...path, ...part]),
        expected,
        got,
        fix,
      });
      return [
        ...((apt ?? yum) ? [] : [problem([], "apt, yum or both", "neither", "say where the repository is")]),
        ...(key !== undefined && !exists(key)
          ? [problem(["key"], "a file or folder of the project", key, "create it or correct the path")]
          : []),
        ...(key === undefined && !trusted
          ? [problem(["key"], "the public key of its metadata", "nothing", "add it, or say trusted: true")]
          : []),
        ...(key !== undefined && trusted
          ? [problem(["trusted"], "a key or trusted: true", "both", "leave trusted out: the key is checked")]
          : []),
        ...Object.entries({ apt, yum }).flatMap(([kind, place]) =>
          username !== undefined && place !== undefined && place.url.startsWith("http://")
            ? [
                problem(
                  [kind, "url"],
                  "https:// for a password",
                  "http://",
                  "serve it by HTTPS: anybody between could read the password",
                ),
              ]
            : [],
        ),
        ...((username === undefined) !== (password === undefined)
          ? [problem([], "username and password, or neither", "one of them", "add the other")]
          : []),
        ...secretNames(password ?? "")
          .filter((secret) => !secrets.includes(secret))
          .map((secret) => ({
            ...unknown([...path, "password"], "secret", secret, secrets),
            fix: `set it by pulumi config set --secret --path secrets.${secret}`,
          })),
      ];
    },
  );
}
