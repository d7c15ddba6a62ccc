/** The greatest weight that HAProxy knows. */
const mostWeight = 256;
/** So many points of a hundred may the share of a step differ from what was asked. */
const exactPoints = 0.5;

/** The weights of the servers of old and new boxes, a box each; 0: it is sent nothing new. */
export interface BoxWeights {
  old: number[];
  fresh: number[];
}

/**
 * The weights by which new boxes together have `percent` of the requests. Where whole weights are too coarse for the share (1 % for
 * fifty boxes beside one), fewer boxes of the side that has less take part.
 */
export function weightsAt(percent: number, old: number, fresh: number): BoxWeights {
  if (percent <= 0) return { old: same(old, 1, old), fresh: same(0, 1, fresh) };
  if (percent >= 100) return { old: same(0, 1, old), fresh: same(fresh, 1, fresh) };
  if (old === 0 || fresh === 0) return { old: same(old, 1, old), fresh: same(fresh, 1, fresh) };
  const tries = [
    ...range(fresh).map((some) => bestPair(percent, old, some)),
    ...range(old).map((some) => bestPair(percent, some, fresh)),
  ].sort((a, b) => a.error - b.error);
  const exact = tries.filter(({ error }) => error <= exactPoints);
  const [best] = exact.length > 0 ? exact.sort((a, b) => b.boxes - a.boxes || a.error - b.error) : tries;
  const { oldWeight = 1, freshWeight = 1, oldBoxes = old, freshBoxes = fresh } = best ?? {};
  return { old: same(oldBoxes, oldWeight, old), fresh: same(freshBoxes, freshWeight, fresh) };
}

/** The weights, one for each side, that come closest to a share. */
function bestPair(percent: number, oldBoxes: number, freshBoxes: number) {
  const ratio = (percent * oldBoxes) / ((100 - percent) * freshBoxes);
  const pairs = Array.from({ length: mostWeight }, (_, index) => {
    const greater = mostWeight - index;
    const other = Math.max(1, Math.round(greater * Math.min(ratio, 1 / ratio)));
    const [freshWeight, oldWeight] = ratio < 1 ? [other, greater] : [greater, other];
    const share = (100 * freshWeight * freshBoxes) / (freshWeight * freshBoxes + oldWeight * oldBoxes);
    return { oldWeight, freshWeight, error: Math.abs(share - percent) };
  });
  const best = pairs.reduce((a, b) => (b.error < a.error ? b : a));
  return { ...best, oldBoxes, freshBoxes, boxes: oldBoxes + freshBoxes };
}

/** From `count` down to 1. */
function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => count - index);
}

function same(count: number, weight: number, all: number): number[] {
  return [...Array.from({ length: count }, () => weight), ...Array.from({ length: all - count }, () => 0)];
}
