import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";

/** What is wrong with databases of advisories: each comes from one place, and is about what it says or is said. */
export function advisoryProblems({ advisories }: Pick<Configuration, "advisories">): Problem[] {
  return Object.entries(advisories).flatMap(([name, { format, url, path, distribution }]) => {
    const problems: Problem[] = [];
    const at = `advisories.${name}`;
    if (url === undefined && path === undefined)
      problems.push({ path: at, expected: "a url or a path", got: "neither", fix: "add one" });
    if (url !== undefined && path !== undefined)
      problems.push({ path: at, expected: "a url or a path", got: "both", fix: "remove one" });
    if (format === "updateinfo" && distribution === undefined)
      problems.push({
        path: `${at}.distribution`,
        expected: "the distribution that an updateinfo.xml is about",
        got: "nothing",
        fix: "add for example distribution: rocky 9",
      });
    if (format !== "updateinfo" && distribution !== undefined)
      problems.push({
        path: `${at}.distribution`,
        expected: "none where the database says it",
        got: distribution,
        fix: "remove it",
      });
    return problems;
  });
}
