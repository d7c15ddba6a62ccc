/** No file of an image is newer, and every image says it was made then: seconds since 1970 (1 January 2025, UTC). */
export const sourceDateEpochSeconds = 1_735_689_600;
