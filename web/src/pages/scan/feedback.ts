/** Vibration and sound for scans, so that the user need not look at the screen. */

const TONE_MS = 90;
/** High for a book, low for a problem. */
const TONES_HZ = { good: 1046, bad: 262 } as const;
const PATTERNS: Readonly<Record<keyof typeof TONES_HZ, readonly number[]>> = {
  good: [60],
  bad: [40, 60, 40],
};

let context: AudioContext | undefined;

export const canVibrate = (): boolean => typeof navigator.vibrate === "function";

export function vibrate(kind: keyof typeof PATTERNS): void {
  if (canVibrate()) navigator.vibrate([...PATTERNS[kind]]);
}

/** Browsers allow sound only after user interaction, which switching it on is. */
export function beep(kind: keyof typeof TONES_HZ): void {
  context ??= new AudioContext();
  void context.resume();
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = TONES_HZ[kind];
  volume.gain.value = 0.15;
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + TONE_MS / 1000);
}
