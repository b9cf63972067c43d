/** Requests per second, rounded. */
export const perSecond = (rate: number): string => `${Math.round(rate).toLocaleString("en")}/s`;

/** Milliseconds, with decimals for small values. */
export const ms = (value: number): string =>
  `${value.toFixed(value < 10 ? 2 : value < 20 ? 1 : 0)} ms`;

/** Formats a fraction as a percentage. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
