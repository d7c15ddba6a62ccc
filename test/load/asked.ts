/** One request, or one exchange that lasts, with the times of its begin and end by `performance.now()`. */
export interface Asked {
  /** What was asked, in few words. */
  what: string;
  application: string;
  began: number;
  ended: number;
  /** What came instead of the answer that was expected; undefined: that came. */
  failure?: string;
  /** The box that answered, where it was heard. */
  box?: string;
  /** What was to be stored, of a POST. */
  order?: string;
}

/** Where an edge is. */
export interface At {
  address: string;
  port: number;
  /** It speaks TLS, with a certificate that stands on this one, in PEM. */
  ca?: string;
}
