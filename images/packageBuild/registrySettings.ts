import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { certificates } from "./certificates.ts";
import { npmSettings } from "./npmSettings.ts";
import { pipSettings } from "./pipSettings.ts";
import { homePlace } from "./places.ts";

/** How package managers reach their registries, as this machine is set up; none of it counts for a digest. */
export interface RegistrySettings {
  variables: Record<string, string>;
  /** Texts of files by their names in the home of who builds. */
  files: Record<string, string>;
  /** What no log may show. */
  secrets: string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What of the environment says how to reach registries: proxies, and the settings of package managers for that. */
const handedOn = [
  /^(https?|all|no)_proxy$/i,
  /^PIP_(INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|PROXY|DEFAULT_TIMEOUT|TIMEOUT|RETRIES)$/,
  /^UV_(INDEX|DEFAULT_INDEX|INDEX_URL|EXTRA_INDEX_URL|INSECURE_HOST|HTTP_TIMEOUT)$|^UV_INDEX_\w+_(USERNAME|PASSWORD)$/,
  /^npm_config_(registry|@[^:]+:registry|strict_ssl|proxy|https_proxy|noproxy)$/i,
  /^YARN_(REGISTRY|NPM_REGISTRY_SERVER|NPM_AUTH_TOKEN)$/,
  /^GO(PROXY|SUMDB|NOSUMDB|NOSUMCHECK|PRIVATE|NOPROXY|INSECURE|VCS)$/,
  /^CARGO_REGISTR(Y|IES)_\w+$/,
  /^COMPOSER_AUTH$|^BUNDLE_MIRROR__\w+$|^BUNDLE_RUBYGEMS__\w+$/,
];

/** Of these no part is shown, whatever it is. */
const isSecret = /TOKEN|PASSWORD|_AUTH$/i;

/** The settings of this machine: of its environment, and of the files of pip, npm and Go. */
export function registrySettings(
  environment: Environment = process.env,
  home: string = homedir(),
): RegistrySettings {
  const own = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && value !== "" && handedOn.some((each) => each.test(name)) ? [[name, value]] : [],
    ),
  );
  const pip = pipSettings(environment, home);
  const npm = npmSettings(environment, home);
  const known = { ...goSettings(environment, home), ...pip.variables, ...own };
  const trusted = certificates({ ...environment, ...pip.certificates, ...npm.certificates }, homePlace);
  const files = { ...trusted.files, ...(npm.text !== "" && { ".npmrc": npm.text }) };
  const secrets = [
    ...Object.entries(known).flatMap(([name, value]) => (isSecret.test(name) ? [value] : passwordsIn(value))),
    ...npm.secrets,
    ...passwordsIn(npm.text),
  ];
  return { variables: { ...known, ...trusted.variables }, files, secrets: longEnough(secrets) };
}

/** Passwords of URLs, as they stand there and as they are meant. */
export function passwordsIn(text: string): string[] {
  return [...text.matchAll(/:\/\/[^\s/@:]*:([^\s/@]+)@/g)].flatMap(([, written = ""]) => {
    try {
      return [written, decodeURIComponent(written)];
    } catch {
      return [written];
    }
  });
}

/** What is so short that it stands in any log says nothing, and would make it unreadable. */
function longEnough(secrets: readonly string[]): string[] {
  return [...new Set(secrets)].filter((secret) => secret.length > 3).sort((a, b) => b.length - a.length);
}

/** What `go env -w` has written of these. */
function goSettings(environment: Environment, home: string): Record<string, string> {
  const file = environment["GOENV"] ?? path.join(home, ".config/go/env");
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name = "", value = ""] = /^(\w+)=(.*)$/.exec(line.trim()) ?? [];
      return handedOn.some((each) => each.test(name)) ? [[name, value]] : [];
    }),
  );
}
