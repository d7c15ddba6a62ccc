import { randomBytes } from "node:crypto";

// Prints a new secret; run by the command resource of a generated secret.
process.stdout.write(randomBytes(32).toString("base64url"));
