/** Whether some statement of a policy allows an action, on whatever resource. */
export function givesAction(policy: string, action: string): boolean {
  const { Statement } = JSON.parse(policy) as { Statement: { Effect: string; Action: string | string[] }[] };
  return Statement.filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action }) => Action)
    .some((pattern) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(action));
}
