import type { Gauges } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import { queueGauges } from "../platform/metrics/queue-gauges.ts";
import type { GaugeSample } from "../platform/metrics/prometheus.ts";
import type { DeskStatus } from "./domain/desk/ports.ts";
import { PROVIDER_IDS } from "./domain/provider.ts";

const BREAKER_OPEN = { closed: 0, half_open: 0.5, open: 1 } as const;

/**
 * The state of a provider's circuit breaker, and the used share of its daily quota, if it has one.
 */
function deskGauges({ provider, breaker, quota }: DeskStatus): GaugeSample[] {
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

/** The gauges of the catalogue: its queue, and the desk of each provider. */
export function catalogueGauges({ env, now }: Platform): Gauges {
  return {
    refresh_queue: () => queueGauges(env.REFRESH_QUEUE, "refresh", now()),
    ...Object.fromEntries(
      PROVIDER_IDS.map((id) => [
        `desk_${id}`,
        async () => deskGauges(await env.PROVIDER_DESKS.getByName(id).status()),
      ]),
    ),
  };
}
