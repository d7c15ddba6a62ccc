import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** What of pip's settings says how to reach indexes, and the variable that says so too. */
const handedOn = {
  "index-url": "PIP_INDEX_URL",
  "extra-index-url": "PIP_EXTRA_INDEX_URL",
  "trusted-host": "PIP_TRUSTED_HOST",
  proxy: "PIP_PROXY",
  timeout: "PIP_TIMEOUT",
  retries: "PIP_RETRIES",
} as const;

/** What pip's files, the machine's and then the user's, say of indexes, as variables. */
export function pipSettings(
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): { variables: Record<string, string>; certificates: Record<string, string> } {
  const user = environment["XDG_CONFIG_HOME"] ?? path.join(home, ".config");
  const files = ["/etc/pip.conf", path.join(home, ".pip/pip.conf"), path.join(user, "pip/pip.conf")];
  const named = environment["PIP_CONFIG_FILE"];
  const settings = Object.fromEntries(
    (named === undefined ? files : [...files, named]).flatMap((file) =>
      existsSync(file) ? Object.entries(globalSettings(readFileSync(file, "utf8"))) : [],
    ),
  );
  const variables = Object.fromEntries(
    Object.entries(handedOn).flatMap(([name, variable]) => {
      const value = settings[name];
      return value === undefined ? [] : [[variable, value] as const];
    }),
  );
  const { cert } = settings;
  const isSet = cert === undefined || environment["PIP_CERT"] !== undefined;
  return { variables, certificates: isSet ? {} : { PIP_CERT: cert } };
}

/** The section `global` of a file of pip's; a value may go on in indented lines. */
function globalSettings(text: string): Record<string, string> {
  const settings: Record<string, string> = {};
  let [section, last] = ["", ""];
  for (const line of text.split("\n")) {
    const [, opened] = /^\[(.+)\]\s*$/.exec(line) ?? [];
    const [, name = "", value = ""] = /^([A-Za-z][\w-]*)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (opened !== undefined) section = opened;
    else if (section !== "global") continue;
    else if (name !== "") settings[(last = name.replaceAll("_", "-"))] = value;
    else if (/^\s+\S/.test(line) && last !== "")
      settings[last] = `${settings[last] ?? ""} ${line.trim()}`.trim();
  }
  return settings;
}
