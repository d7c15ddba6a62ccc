import { z } from "zod";
import { hostPattern, ipv4Pattern } from "./addresses.ts";
import { sizePattern } from "./sizes.ts";
import { matchingText } from "./text.ts";

/** A number within bounds. */
export const bounded = (min: number, max: number, expected: string) =>
  z.number({ error: expected }).min(min, { error: expected }).max(max, { error: expected });
export const whole = (min: number, max: number, expected: string) =>
  bounded(min, max, expected).int({ error: expected });

export const name = matchingText(
  /^[a-z][a-z0-9-]{0,30}$/,
  "a name of lower-case letters, digits and dashes, at most 31 characters",
);
export const secretReference = matchingText(/^\$\{secret:[^}]+\}$/, "a secret (${secret:NAME})");
export const size = matchingText(sizePattern, "a size such as 512 MiB");
export const portNumber = whole(1, 65535, "a port from 1 to 65535");
export const seconds = bounded(0, 3600, "seconds from 0 to 3600");
export const wholeSeconds = seconds.int({ error: "whole seconds, such as 45" });
export const count = whole(1, 1000, "a whole number from 1 to 1000");
/** No character that means something to HAProxy, a shell or Compose: a space, quotes, #, $, \\ and others are written as %20. */
export const urlPath = matchingText(/^\//, "a path that starts with /")
  .regex(/^(?!\/)|^\/([\w.~!&()*+,;:@=/?-]|%[0-9A-Fa-f]{2})*$/, {
    error: "a path of letters, digits and -._~!&()*+,;:@=/?, others as %20",
  })
  .max(1024, { error: "a path of at most 1024 characters" });
export const absolutePath = matchingText(/^\/[^\s:]*$/, "an absolute path without spaces or colons");
export const relativePath = matchingText(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+$/, "a path inside the project");
export const hostName = matchingText(hostPattern, "a host name in lower case");
export const hostAddress = matchingText(ipv4Pattern, "an IPv4 address of this machine");
export const variableName = matchingText(/^[A-Z][A-Z0-9_]*$/, "a variable name in capitals");
export const mountPath = matchingText(/^\/[\w./-]+$/, "an absolute path of letters, digits, dots and dashes");
export const devicePath = matchingText(
  /^(\/dev\/|LABEL=|UUID=)[\w./-]+$/,
  "a device: /dev/…, LABEL=… or UUID=…",
);
export const capability = matchingText(/^[A-Z][A-Z_]+$/, "a Linux capability such as NET_BIND_SERVICE");
export const scalar = z.union([z.string(), z.number(), z.boolean()], { error: "a text, number or boolean" });
