/** The current time, even on a device with a clock that is wrong by days. */
let offset: () => number = () => 0;

/**
 * Corrects the device's clock from now on.
 * @param read returns the difference between the service's clock and the device's in ms, 0 until it
 * is known
 */
export function correctClock(read: () => number): void {
  offset = read;
}

/** The current time in ms, by the service's clock once a response has revealed it. */
export const now = (): number => Date.now() + offset();
