import type { Problem } from "../../config/problem.ts";

/** Bytes of a value in Systems Manager's parameter store (standard parameters). */
const parameterBytes = 4096;
/** Bytes of an instance's user data, before its encoding. */
const userDataBytes = 16_384;
/** Bytes of all variables of an Elastic Beanstalk environment, as `A=1,B=2`. */
const beanstalkBytes = 4096;
/** Host names in a rule of a load balancer's listener, and the characters of one. */
const ruleHosts = 5;
const ruleHostCharacters = 128;

/** Secret variables that the parameter store does not take; their values are not told. */
export function parameterProblems(fleet: string, values: Readonly<Record<string, string>>): Problem[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const bytes = Buffer.byteLength(value);
    if (bytes > 0 && bytes <= parameterBytes) return [];
    const path = `environment.fleets.${fleet}.environment.${name}`;
    const expected = `a secret of 1 to ${parameterBytes} bytes (AWS Systems Manager)`;
    return [{ path, expected, got: `${bytes} bytes`, fix: "shorten it, or keep what is long elsewhere" }];
  });
}

/** User data that EC2 does not take: what boxes are told at their first boot. */
export function userDataProblems(fleet: string, text: string): Problem[] {
  const bytes = Buffer.byteLength(text);
  if (bytes <= userDataBytes) return [];
  const expected = `an environment whose user data has at most ${userDataBytes} bytes (EC2)`;
  return [
    { path: `environment.fleets.${fleet}.environment`, expected, got: `${bytes} bytes`, fix: "shorten it" },
  ];
}

/** Variables that Elastic Beanstalk does not take together. */
export function beanstalkLimitProblems(fleet: string, values: Readonly<Record<string, string>>): Problem[] {
  const text = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  const bytes = Buffer.byteLength(text.join(","));
  if (bytes <= beanstalkBytes) return [];
  const expected = `variables of at most ${beanstalkBytes} bytes in all (Elastic Beanstalk)`;
  return [
    { path: `environment.fleets.${fleet}.environment`, expected, got: `${bytes} bytes`, fix: "shorten them" },
  ];
}

/** Host names that a rule of a load balancer does not take; the first public application needs none. */
export function hostRuleProblems(publics: readonly { name: string; hosts: readonly string[] }[]): Problem[] {
  return publics.slice(1).flatMap(({ name, hosts }) => {
    const path = `environment.hosts.${name}`;
    const long = hosts.flatMap((host, index) =>
      host.length <= ruleHostCharacters
        ? []
        : [
            {
              path: `${path}[${index}]`,
              expected: `a host name of at most ${ruleHostCharacters} characters (a load balancer's rule)`,
              got: `${host.length}`,
              fix: "shorten it",
            },
          ],
    );
    if (hosts.length <= ruleHosts) return long;
    const expected = `at most ${ruleHosts} host names on instances (a load balancer's rule)`;
    return [
      ...long,
      { path, expected, got: String(hosts.length), fix: "leave some out, or put an edge before them" },
    ];
  });
}
