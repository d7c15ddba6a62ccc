import { sha256 } from "../../plan/digest.ts";

/** Longest prefix of a host name that Elastic Beanstalk takes. */
const longest = 63;

/** The first label of an environment's host name: known before the environment is, and everybody's own. */
export function hostPrefix(project: string, stack: string, fleet: string): string {
  const name = `${stack}-${fleet}-${sha256(`${project}/${stack}/${fleet}`).slice(0, 6)}`;
  return name.slice(-longest).replace(/^-+/, "");
}

/** Where an environment answers. */
export function fleetUrl(prefix: string, region: string, certificate: string | undefined): string {
  return `${certificate === undefined ? "http" : "https"}://${prefix}.${region}.elasticbeanstalk.com`;
}

/** The glue of a box, in which `http://edge:<port>` stands for an application: with each application's own address. */
export function withAddresses(
  glue: Readonly<Record<string, string>>,
  urls: ReadonlyMap<number, string>,
  edge: string,
): Record<string, string> {
  const replaced = (value: string) =>
    value.replace(/http:\/\/([a-z.-]+):(\d+)/g, (whole, host: string, port: string) =>
      host === edge ? (urls.get(Number(port)) ?? whole) : whole,
    );
  return Object.fromEntries(Object.entries(glue).map(([name, value]) => [name, replaced(value)]));
}
