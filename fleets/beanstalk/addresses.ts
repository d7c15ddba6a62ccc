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
