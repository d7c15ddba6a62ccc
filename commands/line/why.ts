import { mapped, optional, UsageProblem, type Option } from "./option.ts";

/** A reason that others go by: where it is given, it says something. */
export function why(value: string, about: string): Option<string | undefined> {
  return mapped(optional(value, about), (given) => {
    if (given?.trim() === "") throw new UsageProblem("a reason", "an empty one", "say why");
    return given;
  });
}
