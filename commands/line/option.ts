/** What was given on the command line: true for a switch, a list where it may be given several times. */
export type Given = string | boolean | string[] | undefined;

/** One option of a command, declared once: parsing, help, README and completion follow from it. */
export interface Option<T> {
  /** What stands for the value in the help; absent: a switch. */
  readonly value?: string;
  /** Whether it may be given several times. */
  readonly several?: true;
  /** One letter. */
  readonly short?: string;
  readonly about: string;
  /** What is taken when it is not given, as the help shows it. */
  readonly default?: string;
  /** The values that it may have, where these are few. */
  readonly choices?: readonly string[];
  /** @throws UsageProblem when it cannot be. */
  readonly read: (given: Given) => T;
}

export type Options = Readonly<Record<string, Option<unknown>>>;

/** The values of a command's options, by name. */
export type Values<O extends Options> = { [K in keyof O]: ReturnType<O[K]["read"]> };

/** What is wrong with a value; whoever reads the line knows of which option. */
export class UsageProblem extends Error {
  constructor(expected: string, got: string, fix: string) {
    super(`expected ${expected}, got ${got}; ${fix}`);
  }
}

/** A switch; off unless given. */
export function flag(about: string, short?: string): Option<boolean> {
  return { about, ...(short !== undefined && { short }), read: (given) => given === true };
}

/** A text that may be absent. `value` stands for it in the help. */
export function optional(value: string, about: string, short?: string): Option<string | undefined> {
  const read = (given: Given) => (typeof given === "string" ? given : undefined);
  return { value, about, ...(short !== undefined && { short }), read };
}

/** A text with a default. */
export function text(value: string, fallback: string, about: string, short?: string): Option<string> {
  const { read, ...option } = optional(value, about, short);
  return { ...option, default: fallback, read: (given) => read(given) ?? fallback };
}

/** A text that must be there. */
export function required(value: string, about: string): Option<string> {
  return mapped(optional(value, `${about}; required`), (given) => {
    if (given === undefined) throw new UsageProblem("a value", "none", "add it");
    return given;
  });
}

/** A text that may be given several times, or not at all. */
export function several(value: string, about: string): Option<string[]> {
  const read = (given: Given) => (Array.isArray(given) ? given : []);
  return { value, several: true, about: `${about}; several times`, read };
}

/** The same, at least once. */
export function atLeastOne({ about, ...option }: Option<string[]>): Option<string[]> {
  return mapped({ ...option, about: `${about}; required` }, (all) => {
    if (all.length === 0) throw new UsageProblem("a value", "none", "add it");
    return all;
  });
}

/** A whole number that is not negative. */
export function wholeNumber(value: string, about: string, fallback: number): Option<number> {
  return mapped(text(value, String(fallback), about), (given) => {
    if (!/^\d+$/.test(given)) throw new UsageProblem("a whole number", given, "correct it");
    return Number(given);
  });
}

/** One of a few values; the first is the default. */
export function choice<const T extends string>(
  value: string,
  choices: readonly [T, ...T[]],
  about: string,
): Option<T> {
  const read = (given: Given) => {
    const found = choices.find((each) => each === (given ?? choices[0]));
    if (found === undefined)
      throw new UsageProblem(`one of ${choices.join(", ")}`, String(given), "choose one");
    return found;
  };
  return { value, about, default: choices[0], choices, read };
}

/** An option whose value must match a pattern where it is given. */
export function matching<T extends string | undefined>(
  option: Option<T>,
  pattern: RegExp,
  expected: string,
  fix: string,
): Option<T> {
  return mapped(option, (value) => {
    if (value !== undefined && !pattern.test(value)) throw new UsageProblem(expected, value, fix);
    return value;
  });
}

/** An option whose value becomes something else. @throws UsageProblem as `change` does. */
export function mapped<T, U>(option: Option<T>, change: (value: T) => U): Option<U> {
  return { ...option, read: (given) => change(option.read(given)) };
}
