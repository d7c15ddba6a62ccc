/** The words of a command line as a POSIX shell would split them, without expanding anything; Compose and Kamal take commands so. */
export function shellWords(line: string): string[] {
  const found: string[] = [];
  const token = /\s+|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])|([^\s'"\\]+)|(["'\\])/y;
  let word: string | undefined;
  while (token.lastIndex < line.length) {
    const [whole = "", single, double, escaped, plain, broken] = token.exec(line) ?? [];
    if (broken !== undefined)
      throw new Error(`expected a command whose quotes are closed, got ${line.slice(0, 60)}; close them`);
    if (/^\s/.test(whole)) {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else word = (word ?? "") + (single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? plain ?? "");
  }
  return word === undefined ? found : [...found, word];
}
