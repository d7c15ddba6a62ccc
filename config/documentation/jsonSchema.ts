import { z } from "zod";
import { configurationSchema } from "../schema.ts";

/** A JSON schema (draft 7, which editors' YAML support knows best). */
type JsonSchema = Record<string, unknown>;

/** The JSON schemas of the project's two kinds of files, for editors: `Pulumi.yaml`, and `Pulumi.STACK.yaml`. */
export interface FileSchemas {
  project: JsonSchema;
  stack: JsonSchema;
}

/** @param project the project's name, which stands before the keys of a stack's file. */
export function fileSchemas(project: string): FileSchemas {
  const options = { target: "draft-7", io: "input", unrepresentable: "any", reused: "ref" } as const;
  const { properties = {}, definitions = {} } = z.toJSONSchema(configurationSchema, options);
  const parts = Object.entries(properties);
  return {
    project: withConfig("Pulumi.yaml", definitions, {
      properties: Object.fromEntries(
        parts.map(([key, part]) => [key, { type: "object", properties: { value: part } }]),
      ),
      // Plugins of Pulumi have settings of their own.
      patternProperties: { ":": {} },
      additionalProperties: false,
    }),
    stack: withConfig("Pulumi.STACK.yaml", definitions, {
      properties: {
        ...Object.fromEntries(
          [...parts, ["secrets", secrets] as const].flatMap(([key, part]) => [
            [key, part],
            [`${project}:${key}`, part],
          ]),
        ),
      },
      patternProperties: { [`^(?!${project}:)[^:]+:`]: {} },
      additionalProperties: false,
    }),
  };
}

const secrets = { type: "object", description: "Secrets, encrypted; npm run secrets -- set writes them." };

function withConfig(title: string, definitions: unknown, config: JsonSchema): JsonSchema {
  const schema = "http://json-schema.org/draft-07/schema#";
  return {
    $schema: schema,
    title,
    type: "object",
    properties: { config: { type: "object", ...config } },
    definitions,
  };
}
