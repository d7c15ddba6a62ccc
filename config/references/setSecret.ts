/**
 * The command that sets a secret of a stack; its value goes by standard input.
 * @param stack default: it stands for one, where which it is is not known.
 */
export function setSecretCommand(secret: string, stack = "STACK"): string {
  return `npm run secrets -- set ${secret} --stack ${stack}`;
}
