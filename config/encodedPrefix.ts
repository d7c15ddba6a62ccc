/** Begins a value that is in base64. Boxes give their services the value itself (fleet-start, fleet-environment, box_environment.py). */
export const encodedPrefix = "fleet-base64:";
