/**
 * When the engine starts a box again: always. By `unless-stopped`, an engine that was killed ends what still runs when it comes back,
 * takes that for a stop by hand, and starts nothing (docs/decisions/0010).
 */
export const restartPolicy = "always";
