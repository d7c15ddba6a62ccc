import { writeFileSync } from "node:fs";
import { currentDocumentation, documentationPath } from "./documentationFile.ts";

// Writes docs/configuration.md from the schema: npm run docs.
writeFileSync(documentationPath, currentDocumentation());
