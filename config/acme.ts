import { z } from "zod";
import { matchingText } from "./text.ts";

/** What the box with the client is called, its volume, and its name in the boxes' network. */
export const acmeName = "acme";

/** Certificates from an authority that speaks ACME (RFC 8555), in the words of its clients. */
export const acmeSchema = z
  .strictObject({
    email: matchingText(/^[^\s@-][^\s@]*@[^\s@]+\.[^\s@]+$/, "an e-mail address").describe(
      "Whom the authority writes to.",
    ),
    acceptTerms: z
      .literal(true, { error: "true, once you have read the authority's terms of service" })
      .describe("You accept the terms of service of the authority."),
    directory: matchingText(/^https:\/\/[\w.:[\]-]+(\/[\w.~/%-]*)?$/, "an address by https of a directory")
      .default("https://acme-v02.api.letsencrypt.org/directory")
      .describe("Address of the authority's directory; default: Let's Encrypt's."),
    roots: matchingText(/-----BEGIN CERTIFICATE-----/, "certificates in PEM")
      .optional()
      .describe(
        "Certificates in PEM by which the address of an authority of your own is trusted; default: those of the image.",
      ),
  })
  .describe(
    "Have certificates for the applications' host names issued and renewed by an authority that speaks ACME, by HTTP-01. The layer of the edge brings lego.",
  );

/** How an authority is asked for certificates. */
export type AcmeSettings = z.output<typeof acmeSchema>;
