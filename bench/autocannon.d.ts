/** The part of autocannon that is used here; the package has no types of its own. */
declare module "autocannon" {
  interface Result {
    errors: number;
    non2xx: number;
    /** Seconds. */
    duration: number;
    requests: { total: number };
    latency: { p50: number; p99: number };
  }
  export default function autocannon(options: {
    url: string;
    connections: number;
    duration: number;
  }): Promise<Result>;
}
