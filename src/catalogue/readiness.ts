import { withTimeout } from "../platform/d1/with-timeout.ts";
import type { ReadinessChecks } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import type { ProviderId } from "./domain/provider.ts";
import { checkProvider } from "./provider-readiness.ts";
import { checkRefreshQueue } from "./refresh-queue.ts";

/** Less than the budget of a readiness check, so that a slow desk is reported as such. */
const STATUS_BUDGET_MS = 800;

/** The checks of the catalogue: its queue, and the providers that this deployment asks. */
export function catalogueReadiness(
  { env, now }: Pick<Platform, "env" | "now">,
  providers: readonly { readonly id: ProviderId }[],
): ReadinessChecks {
  const checkDesk = async (id: ProviderId): ReturnType<ReadinessChecks[string]> => {
    const status = env.PROVIDER_DESKS.getByName(id).status();
    const read = await withTimeout(STATUS_BUDGET_MS, status);
    return checkProvider(read.ok ? read.value : undefined, now());
  };
  return {
    queue: () => checkRefreshQueue(env.REFRESH_QUEUE, now()),
    ...Object.fromEntries(providers.map(({ id }) => [id, () => checkDesk(id)])),
  };
}
