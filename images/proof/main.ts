import { json } from "node:stream/consumers";
import { projectRoot } from "../../config/root.ts";
import type { ProofRequest } from "./request.ts";
import { verifyChain, verifyImage } from "./verify.ts";
import { messageOf } from "../../work/message.ts";

// Refuses an image that is unsigned or altered: a ProofRequest as JSON on standard input, its digest on standard output.
// Run by the command resource that stands between an image and its boxes where `requireSigned` holds.
try {
  const request = (await json(process.stdin)) as ProofRequest;
  const { name, digest, kind } = request;
  const verdict =
    kind === "image" ? await verifyImage(projectRoot, request) : verifyChain(projectRoot, request);
  const problems = [...verdict.problems, ...verdict.unknown];
  if (problems.length > 0)
    throw new Error(
      problems
        .map((problem) => `${kind} ${name}: ${problem}; no box was started (environment.requireSigned)`)
        .join("\n"),
    );
  process.stdout.write(digest);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
