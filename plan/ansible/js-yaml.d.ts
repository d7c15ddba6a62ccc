// The package has no types of its own; what is used of it.
declare module "js-yaml" {
  export interface Type {
    readonly tag: string;
  }
  export const Type: new (
    tag: string,
    options: {
      kind: "scalar" | "sequence" | "mapping";
      /** Of all tags that begin so. */
      multi?: boolean;
      construct?: (data: unknown) => unknown;
    },
  ) => Type;
  export interface Schema {
    extend(types: { implicit?: readonly Type[]; explicit?: readonly Type[] }): Schema;
  }
  export const CORE_SCHEMA: Schema;
  export const types: { merge: Type };
  /** @throws Error whose first line says what is wrong, and where. */
  export function loadAll(text: string, options: { schema: Schema; json: boolean }): unknown[];
}
