import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** What of npm's settings says how to reach registries; the rest is a matter of the project. */
const handedOn =
  /^((@[^:]+:)?registry|strict-ssl|proxy|https-proxy|noproxy|\/\/.+:(_authToken|_auth|_password|username|email|always-auth))$/;

/** Of these no part is shown. */
const isSecret = /:(_authToken|_auth|_password)$/;

/** What npm's files, the machine's and then the user's, say of registries: the text of such a file, and what in it is secret. */
export function npmSettings(
  environment: Environment,
  home: string,
): { text: string; secrets: string[]; certificates: Record<string, string> } {
  const user = environment["npm_config_userconfig"] ?? environment["NPM_CONFIG_USERCONFIG"];
  const files = [environment["npm_config_globalconfig"], user ?? path.join(home, ".npmrc")];
  const settings = Object.fromEntries(
    files.flatMap((file) => (file !== undefined && existsSync(file) ? settingsIn(file, environment) : [])),
  );
  const wanted = Object.entries(settings).filter(([name]) => handedOn.test(name));
  const cafile = environment["npm_config_cafile"] ?? settings["cafile"];
  return {
    text: wanted.map(([name, value]) => `${name}=${value}\n`).join(""),
    secrets: wanted.flatMap(([name, value]) => (isSecret.test(name) ? [value] : [])),
    certificates:
      cafile === undefined || environment["NODE_EXTRA_CA_CERTS"] !== undefined
        ? {}
        : { NODE_EXTRA_CA_CERTS: cafile },
  };
}

function settingsIn(file: string, environment: Environment): [string, string][] {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, name, quoted = ""] = /^\s*([^;#\s=][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      const value = quoted.replace(/^"(.*)"$/, "$1");
      return name === undefined ? [] : [[name, expanded(value, environment)] satisfies [string, string]];
    });
}

/** npm itself puts the values of variables there. */
function expanded(value: string, environment: Environment): string {
  return value.replace(/\$\{(\w+)\}/g, (whole, name: string) => environment[name] ?? whole);
}
