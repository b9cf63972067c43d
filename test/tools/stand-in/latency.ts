/** Latency of a provider: constant, or log-normal like that of real ones, given by two percentiles. */
export type Latency =
  | { readonly fixedMs: number }
  | { readonly p50Ms: number; readonly p90Ms: number };

/** The 90th percentile of the standard normal distribution. */
const Z90 = 1.281_552;

/** Draws one duration in ms. */
export function drawLatency(latency: Latency, random: () => number): number {
  if ("fixedMs" in latency) return latency.fixedMs;
  const sigma = Math.log(latency.p90Ms / latency.p50Ms) / Z90;
  return latency.p50Ms * Math.exp(sigma * standardNormal(random));
}

/** Box-Muller transform. */
function standardNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
