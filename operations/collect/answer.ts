import type { z } from "zod";
import { messageOf } from "../../work/message.ts";

/** What a program or a service answered, as JSON. @throws Error that says in one line what is wrong with it. */
export function understood<T>(schema: z.ZodType<T>, text: string, asked: string): T {
  const fix = "nothing was removed; is it of a version that is known here?";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${asked}: expected JSON, got ${text.slice(0, 60) || "nothing"}; ${fix}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(
    ({ path, message }) => `${path.join(".") || "the answer"}: ${message}`,
  );
  throw new Error(
    `${asked}: expected an answer of the known form, got ${wrong.slice(0, 3).join(", ")}; ${fix}`,
  );
}

const credentials =
  /Credentials|ExpiredToken|AuthFailure|InvalidClientTokenId|UnrecognizedClient|TokenRefresh/;
const refused = /Unauthorized|AccessDenied|OptIn/;

/** What AWS (or the way to it) said no to, in the usual form and in one line. */
export function awsProblem(asked: string, error: unknown): Error {
  const name = error instanceof Error ? error.name : "";
  const text = messageOf(error);
  const [line = ""] = text.split("\n");
  const got = name === "" || name === "Error" || line.includes(name) ? line : `${name}: ${line}`;
  const fix = credentials.test(got)
    ? "give credentials that AWS takes (AWS_PROFILE, or a login)"
    : refused.test(got)
      ? "let these credentials do it"
      : "try again";
  return new Error(`${asked}: expected an answer of AWS, got ${got || "none"}; ${fix}`, { cause: error });
}
