import { parse } from "yaml";
import { ConfigurationError } from "../problem.ts";

/** What a file of the project says. @param name of the file, for people. @throws ConfigurationError where it is no YAML, with the place of its fault. */
export function parsedYaml(text: string, name: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const [got = ""] = (error as Error).message.split("\n");
    const fix = "correct the file";
    throw new ConfigurationError([{ path: name, expected: "YAML", got: got.replace(/:$/, ""), fix }]);
  }
}
