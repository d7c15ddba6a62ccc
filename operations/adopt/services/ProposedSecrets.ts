import { unmarked } from "./marks.ts";
import { nameBeside } from "./plainName.ts";
import { isSecretValue, withoutPasswords } from "./secretWords.ts";

/** A secret of the proposal, and what has it in the file. */
export interface ProposedSecret {
  name: string;
  /** Where its value stands; the value itself is nowhere. */
  places: string[];
}

/** What is known of values before they are looked at one by one. */
export interface KnownValues {
  /** Those that a scan takes for secrets, whatever they are called. */
  suspicious: ReadonlySet<string>;
  /** Those of the machine's variables. */
  variables: Readonly<Record<string, string>>;
}

/** The secrets of a proposal: one for each value, wherever it stands. */
export class ProposedSecrets {
  readonly #byValue = new Map<string, ProposedSecret>();
  readonly #suspicious: ReadonlySet<string>;
  readonly #variables: Readonly<Record<string, string>>;

  constructor({ suspicious, variables }: KnownValues) {
    this.#suspicious = suspicious;
    this.#variables = variables;
  }

  /** All of them, in the order in which they were found. */
  get all(): ProposedSecret[] {
    return [...this.#byValue.values()];
  }

  /** A variable's value with secrets named in their place. */
  named(variable: string, value: string, place: string): string {
    const isMarkAlone = /^\0secret:[^\0]*\0$/.test(value);
    // What stands there means a secret in a configuration, and another thing here.
    const isMistaken = value.includes("${secret:");
    if (!isMarkAlone && (isMistaken || this.#suspicious.has(value) || isSecretValue(variable, value)))
      return this.#reference(`value ${value}`, variable, place);
    const plain = withoutPasswords(value, (password) =>
      this.#reference(`value ${password}`, `${variable}_PASSWORD`, place),
    );
    return unmarked(plain, (name) => this.ofVariable(name, place));
  }

  /** The secret that a variable of the machine has. */
  ofVariable(variable: string, place: string): string {
    const value = Object.hasOwn(this.#variables, variable) ? this.#variables[variable] : undefined;
    return this.#reference(value ? `value ${value}` : `variable ${variable}`, variable, place);
  }

  #reference(key: string, variable: string, place: string): string {
    const taken = new Set(this.all.map(({ name }) => name));
    const secret = this.#byValue.get(key) ?? {
      name: nameBeside(variable.replace(/^_+/, ""), taken),
      places: [],
    };
    if (!secret.places.includes(place)) secret.places.push(place);
    this.#byValue.set(key, secret);
    return `\${secret:${secret.name}}`;
  }
}
