import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { PackageURL } from "packageurl-js";
import { z } from "zod";
import { ConfigurationError, type Problem } from "../../../config/problem.ts";
import { shapeProblems } from "../../../config/shape.ts";
import { matchingText } from "../../../config/text.ts";
import { messageOf } from "../../../work/message.ts";

/** The project's statements on holes (OpenVEX, github.com/openvex/spec), beside Pulumi.yaml. */
export const vexFile = "images.openvex.json";

const justifications = [
  "component_not_present",
  "vulnerable_code_not_present",
  "vulnerable_code_not_in_execute_path",
  "vulnerable_code_cannot_be_controlled_by_adversary",
  "inline_mitigations_already_exist",
] as const;

const component = {
  "@id": z.string().optional(),
  identifiers: z.looseObject({ purl: z.string().optional() }).optional(),
};
const statementSchema = z.looseObject({
  vulnerability: z.looseObject({ name: z.string(), aliases: z.array(z.string()).default([]) }),
  products: z
    .array(z.looseObject({ ...component, subcomponents: z.array(z.looseObject(component)).optional() }))
    .min(1),
  status: z.enum(["not_affected", "affected", "fixed", "under_investigation"]),
  justification: z.enum(justifications).optional(),
  impact_statement: z.string().optional(),
  status_notes: z.string().optional(),
  /** OpenVEX has no end of its own: a key beside its keys, as JSON-LD allows. The last day on which the statement counts. */
  expires: matchingText(/^\d{4}-\d{2}-\d{2}$/, "the last day on which it counts, such as 2027-01-31"),
});
const documentSchema = z.looseObject({
  "@context": matchingText(
    /^https:\/\/openvex\.dev\/ns/,
    "the context of OpenVEX (https://openvex.dev/ns/v0.2.0)",
  ),
  "@id": z.string(),
  author: z.string(),
  timestamp: z.string(),
  version: z.union([z.int(), z.string()]),
  statements: z.array(statementSchema),
});
type Statement = z.output<typeof statementSchema>;

/** A statement that a hole in some packages is none to mind, for a while. */
export interface VexStatement {
  /** Its place in the file: `statements[0]`. */
  place: string;
  /** Names of the hole. */
  names: string[];
  /** Package URLs of the packages that it is about; without a version: of all. */
  packages: PackageURL[];
  status: Statement["status"];
  reason: string;
  /** The last day on which it counts. */
  expires: string;
}

/**
 * The statements of the project; none where it has no such file.
 * @throws ConfigurationError with all that is wrong in it: one without a reason, without an end or about no package, too.
 */
export function readStatements(root: string): VexStatement[] {
  const file = path.join(root, vexFile);
  if (!existsSync(file)) return [];
  const input = parsedJson(file);
  const parsed = documentSchema.safeParse(input);
  if (!parsed.success)
    throw new ConfigurationError(inFile(shapeProblems(parsed.error.issues, input, documentSchema)));
  const all = parsed.data.statements;
  const problems = all.flatMap((each, index) => statementProblems(each, `statements[${index}]`));
  if (problems.length > 0) throw new ConfigurationError(inFile(problems));
  return all.map((each, index) => ({
    place: `statements[${index}]`,
    names: [each.vulnerability.name, ...each.vulnerability.aliases],
    packages: packageUrls(each).map((url) => PackageURL.fromString(url)),
    status: each.status,
    reason: reasonOf(each),
    expires: each.expires,
  }));
}

function statementProblems(statement: Statement, path: string): Problem[] {
  const problems: Problem[] = [];
  if (reasonOf(statement) === "") {
    const key = statement.status === "not_affected" ? "justification or impact_statement" : "status_notes";
    problems.push({ path, expected: `a reason (${key})`, got: "none", fix: "say why" });
  }
  if (Number.isNaN(new Date(statement.expires).getTime()))
    problems.push({
      path: `${path}.expires`,
      expected: "a day of the calendar",
      got: statement.expires,
      fix: "correct it",
    });
  const urls = packageUrls(statement);
  if (urls.length === 0)
    problems.push({
      path: `${path}.products`,
      expected: "package URLs (pkg:deb/debian/openssl)",
      got: "none",
      fix: "name the packages",
    });
  const broken = urls.filter((url) => !isPackageUrl(url));
  return [
    ...problems,
    ...broken.map((url) => ({
      path: `${path}.products`,
      expected: "a package URL (pkg:deb/debian/openssl)",
      got: url,
      fix: "correct it",
    })),
  ];
}

/** Why: of what is not affected in the words that OpenVEX wants, of all else in free ones. */
function reasonOf({
  status,
  justification,
  impact_statement: impact,
  status_notes: notes,
}: Statement): string {
  const words = status === "not_affected" ? [justification, impact, notes] : [notes, impact];
  const [first] = status === "not_affected" ? [justification ?? impact] : [notes ?? impact];
  if (first === undefined || first.trim() === "") return "";
  return words.filter((each) => each !== undefined && each.trim() !== "").join(": ");
}

/** Those of the subcomponents where there are some: then the product is an image. */
function packageUrls({ products }: Statement): string[] {
  return products.flatMap(({ subcomponents, ...product }) => {
    const parts = subcomponents && subcomponents.length > 0 ? subcomponents : [product];
    return parts.flatMap((each) => each.identifiers?.purl ?? each["@id"] ?? []);
  });
}

function isPackageUrl(text: string): boolean {
  try {
    PackageURL.fromString(text);
    return true;
  } catch {
    return false;
  }
}

function inFile(problems: readonly Problem[]): Problem[] {
  return problems.map((each) => ({ ...each, path: each.path === "" ? vexFile : `${vexFile}: ${each.path}` }));
}

function parsedJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const problem = { path: vexFile, expected: "JSON", got: messageOf(error), fix: "correct it" };
    throw new ConfigurationError([problem]);
  }
}
