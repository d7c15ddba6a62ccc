/** What the check before a swap is asked to see. */
export interface ProofRequest {
  /** Place of the image: `base.python.catalog`. */
  name: string;
  /** `sha256:…` of the container image, or of the raw disk that an AMI was made from. */
  digest: string;
  kind: "image" | "disk";
}
