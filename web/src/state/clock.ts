/** The time, also on a device whose clock is wrong by days. */
let offset: () => number = () => 0;

/** Corrects the clock of the device from now on. @param read difference between the service's clock and the device's in ms, 0 until it is known */
export function correctClock(read: () => number): void {
  offset = read;
}

/** The present moment in ms, by the service's clock once a response has shown it. */
export const now = (): number => Date.now() + offset();
