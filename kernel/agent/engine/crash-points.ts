/**
 * Told at every boundary between two things that are not done at once, with a name for the place. Fault tests end the
 * agent there, by an answer that never comes; otherwise nothing happens.
 */
export type CrashPoints = (point: string) => void | Promise<void>;

export const noCrash: CrashPoints = () => undefined;
