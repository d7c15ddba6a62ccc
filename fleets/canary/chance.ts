/** What became of the requests to some boxes. */
export interface Outcome {
  requests: number;
  /** How many of them failed. */
  errors: number;
}

/**
 * How likely it is that at least so many of the errors fall on the new boxes by chance, where each request fails alike wherever it goes: Fisher's
 * exact test, one-sided. From 0 to 1; it is exact for few requests, too.
 */
export function chanceOf(fresh: Outcome, old: Outcome): number {
  const errors = fresh.errors + old.errors;
  const all = fresh.requests + old.requests;
  const most = Math.min(errors, fresh.requests);
  const whole = logChoose(all, errors);
  let sum = 0;
  for (let each = fresh.errors; each <= most; each++) {
    if (errors - each > old.requests) continue;
    const term = Math.exp(logChoose(fresh.requests, each) + logChoose(old.requests, errors - each) - whole);
    sum += term;
    // What follows only becomes less, once it is past the middle.
    if (term < sum * 1e-12 && each * all > errors * fresh.requests) break;
  }
  return Math.min(1, sum);
}

/** The logarithm of the number of ways to choose so many of a number. */
function logChoose(from: number, count: number): number {
  return logFactorial(from) - logFactorial(count) - logFactorial(from - count);
}

/** Of small numbers as it is, of others by Stirling's series, exact to ten places. */
function logFactorial(number: number): number {
  if (number < 20) {
    let product = 1;
    for (let each = 2; each <= number; each++) product *= each;
    return Math.log(product);
  }
  const next = number + 1;
  const series = 1 / (12 * next) - 1 / (360 * next ** 3) + 1 / (1260 * next ** 5);
  return (next - 0.5) * Math.log(next) - next + 0.5 * Math.log(2 * Math.PI) + series;
}
