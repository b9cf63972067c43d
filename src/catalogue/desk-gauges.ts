import type { GaugeSample } from "../platform/metrics/prometheus.ts";
import type { DeskStatus } from "./domain/desk/ports.ts";

const BREAKER_OPEN = { closed: 0, half_open: 0.5, open: 1 } as const;

/** The state of a provider's circuit breaker, and the used share of its day where it has a daily quota. */
export function deskGauges({ provider, breaker, quota }: DeskStatus): GaugeSample[] {
  const labels = { provider };
  return [
    { name: "breaker_open", labels, value: BREAKER_OPEN[breaker] },
    ...(quota
      ? [
          {
            name: "provider_quota_used_ratio" as const,
            labels,
            value: quota.spent / quota.perDay,
          },
        ]
      : []),
  ];
}
