import { z } from "zod";
import { dnsName, hostPattern } from "./addresses.ts";
import { name } from "./forms.ts";
import { matchingText } from "./text.ts";

/** A host name, or by `*.example.com` all those with one label more. */
export const routedHost = matchingText(
  new RegExp(String.raw`^([^*]*|(?!.{254})\*\.${dnsName})$`),
  "a host name whose first label alone may be *, such as *.example.com",
).regex(new RegExp(String.raw`^(?=[^]*\*)|${hostPattern.source}`), { error: "a host name in lower case" });

/** The host names by which applications are asked for in an environment. */
export const hostNamesSchema = z
  .record(name, z.array(routedHost))
  .default({})
  .describe(
    "Host names of each application; of a public one also *.example.com, for all names with one label more.",
  );

/** No character that means something to a pattern or in an address; what HAProxy compares is sent as it is written here. */
export const pathPrefix = matchingText(
  /^(?!.*\/\.{1,2}(\/|$))(\/[\w.~-]+)+$/,
  "a path such as /api, of letters, digits and -._~, without a slash at its end",
).max(255, { error: "a path of at most 255 characters" });

/** Whether an application is public, and which paths it has of its host names, in Kamal's words. */
export const publicKeys = {
  public: z.boolean().default(false).describe("Takes the requests that arrive at the edge's public port."),
  pathPrefixes: z
    .array(pathPrefix)
    .min(1, { error: "at least one path" })
    .optional()
    .describe(
      "Of a public application: the paths that it has of its host names, each with all below it (/api: not /apix). Default: all that no other has.",
    ),
  stripPathPrefix: z
    .boolean()
    .optional()
    .describe(
      "Take the prefix off the path of a request, and tell it by X-Forwarded-Prefix; default: the path stays as it is.",
    ),
  sticky: z
    .boolean()
    .optional()
    .describe(
      "Keep a client with the box that it came to first, by a cookie of the edge's, as long as that box is healthy; default: each request goes to any.",
    ),
};

/** The host names that end like one that begins with `*.`, without that; undefined: it is one host name. */
export function belowOf(host: string): string | undefined {
  return host.startsWith("*.") ? host.slice(2) : undefined;
}

/** A host name as it may be asked for: itself, or one of those that a wildcard is for, and that nobody has by itself. */
export function someName(host: string): string {
  const below = belowOf(host);
  return below === undefined ? host : `any-name-below-a-wildcard.${below}`;
}

/** Of some public applications, in alphabetical order: that which gets what is sent to no other; undefined: nobody gets it. */
export function restOf<T extends { pathPrefixes?: readonly string[] | undefined }>(
  publics: readonly T[],
): T | undefined {
  return publics.find(({ pathPrefixes }) => pathPrefixes === undefined);
}
