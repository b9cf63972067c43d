import { METERS, type Meter } from "./meters.ts";
import { BASE_FEE, dollars, monthOf, UNITS } from "./model.ts";

const meters = Object.keys(METERS) as Meter[];
const whole = (value: number): string => Math.round(value).toLocaleString("en");

/** Builds the tables of docs/COST.md as Markdown. */
export function costTables(): string {
  return [unitTable(), monthTable(10_000), totals([1000, 10_000, 100_000, 1_000_000])].join("\n\n");
}

function unitTable(): string {
  const rows = Object.entries(UNITS).map(([name, { use, basis }]) => {
    const perMillion = meters.reduce(
      (sum, meter) => sum + dollars(meter, (use[meter] ?? 0) * 1e6, true),
      0,
    );
    const takes = meters
      .filter((meter) => use[meter])
      .map((meter) => `${METERS[meter].name} ${use[meter]}`)
      .join(", ");
    return `| ${name} | ${takes} | ${perMillion.toFixed(2)} | ${basis} |`;
  });
  return ["| unit | uses | $ per million | basis |", "|---|---|---:|---|", ...rows].join("\n");
}

function monthTable(users: number): string {
  const month = monthOf(users);
  const rows = meters.map((meter) => {
    const { name, included } = METERS[meter];
    const cost = dollars(meter, month[meter]).toFixed(2);
    return `| ${name} | ${whole(month[meter])} | ${whole(included)} | ${cost} |`;
  });
  return [
    `| ${whole(users)} users, per month | used | included | $ |`,
    "|---|---:|---:|---:|",
    ...rows,
  ].join("\n");
}

function totals(sizes: readonly number[]): string {
  const rows = sizes.map((users) => {
    const month = monthOf(users);
    const total = meters.reduce((sum, meter) => sum + dollars(meter, month[meter]), BASE_FEE);
    return `| ${whole(users)} | ${total.toFixed(2)} |`;
  });
  return ["| users | $ per month, including the base fee |", "|---:|---:|", ...rows].join("\n");
}
