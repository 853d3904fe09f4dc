import { type Logger as Pino, pino } from 'pino';

/** Messages are constant; what varies goes into fields. No secret is ever a field. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

/** Writes JSON lines to standard error, at once: what is written last before a crash matters most. */
export function createLog(level = 'info'): Log & Pino {
  return pino({ level, base: null, redact: REDACTED }, pino.destination({ dest: 2, sync: true }));
}

/** For tests and for programs that show their own messages. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
};

/** A second line of defence: nobody should log these. */
const REDACTED = ['token', 'password', 'key', 'authorization', '*.token', '*.password', '*.key', '*.authorization'];
