import { METERS, type Meter } from "../cost/meters.ts";
import { BASE_FEE, dollars, UNITS } from "../cost/model.ts";
import type { Day } from "./day.ts";
import type { Plan } from "./plan.ts";

const DAYS = 30;
const MINUTES = 1440;
/** D1 storage: what the plan includes in GB, and the price of each further GB in a month, in dollars. */
const INCLUDED_GB = 5;
const GB_PRICE = 0.75;

/**
 * Price of a day in dollars: its operations beyond a thirtieth of what the plan includes in a month, the scheduled work of
 * every database, and a thirtieth of the base fee and of the storage.
 */
export function priceOf({ units }: Pick<Day, "units">, plan: Plan): number {
  const minute = UNITS["a minute of the service"]?.use ?? {};
  const databases = plan.libraries + plan.catalogues + 1;
  const amounts = Object.fromEntries(
    (Object.keys(METERS) as Meter[]).map((meter) => {
      // Each database has the statements of the scheduled work; the rest of that work is done once.
      const times = meter === "d1Read" || meter === "d1Written" ? databases : 1;
      return [meter, times * MINUTES * (minute[meter] ?? 0)];
    }),
  ) as Record<Meter, number>;
  for (const [unit, count] of Object.entries(units)) {
    const use = UNITS[unit]?.use;
    if (use === undefined) throw new Error(`There is no unit "${unit}".`);
    for (const meter of Object.keys(use) as Meter[]) amounts[meter] += (use[meter] ?? 0) * count;
  }
  const operations = (Object.keys(METERS) as Meter[]).reduce(
    (sum, meter) => sum + dollars(meter, DAYS * amounts[meter]),
    0,
  );
  const gb = plan.libraryGb + plan.catalogueGb + plan.accountsGb;
  const storage = Math.max(0, gb - INCLUDED_GB) * GB_PRICE;
  return (operations + storage + BASE_FEE) / DAYS;
}
