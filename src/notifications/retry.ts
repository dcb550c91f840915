/**
 * Waits in seconds before attempt 1, 2, … of a delivery: 0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h: given up after
 * about 27.6 h, in which a mail server is repaired and a mistake of the operator noticed.
 */
export const RETRY_DELAYS_SECONDS = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 36_000] as const;
