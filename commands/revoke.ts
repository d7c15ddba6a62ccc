import { revoke, revokedText } from "../operations/release/revoke.ts";
import { command, oneWord } from "./line/command.ts";
import { required } from "./line/option.ts";

const form = /^sha256:[0-9a-f]{64}$/;

export default command({
  name: "revoke",
  about:
    "Revokes an image or disk: preview and up refuse it and all that stands on it, in every environment. Says where it runs, and what to run instead.\nDIGEST: sha256:… of an image or disk, as npm run releases and verify name it. Stops nothing that runs.",
  summary: "has nothing run any more from an image, or from what stands on it; says where it does",
  words: oneWord("DIGEST", "one digest (sha256:…)", "npm run release:notes names those of a release"),
  options: { reason: required("TEXT", "why, for everybody whom it stops") },
  onStack: false,
  needs: "state",
  run: async ({ reason }, [digest = ""]) => {
    if (!form.test(digest))
      throw new Error(
        `DIGEST: expected the whole digest of an image or disk (sha256:…), got ${digest}; take it from releases/`,
      );
    process.stdout.write(revokedText(await revoke(digest, reason)));
  },
});
