/** A reading that one session makes once. What failed is read again by whoever asks next. */

import type { Session } from "../session";

export function once<T>(read: (session: Session) => Promise<T>): (session: Session) => Promise<T> {
  const readings = new WeakMap<Session, Promise<T>>();
  return (session) => {
    const reading = readings.get(session) ?? read(session);
    readings.set(session, reading);
    reading.catch(() => readings.delete(session));
    return reading;
  };
}
