/** Seconds that no access token lives longer than, whatever the settings say. What was ended is remembered for as long. */
export const LONGEST_ACCESS = 3_600;
