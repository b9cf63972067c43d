import { useSignal } from "@preact/signals";
import { formatNumber } from "../../i18n/format.ts";
import { Button } from "../button.tsx";
import { barOf } from "./scale.ts";
import { chartText as t } from "./text.ts";
import "./charts.css";

export interface Bar {
  readonly key: string;
  readonly name: string;
  readonly value: number;
  /** A page that shows the counted books. */
  readonly href?: string | undefined;
  /** A row outside of the order and drawn faintly, such as "unknown". */
  readonly isRest?: boolean | undefined;
}

/** Number of rows shown before "Show all". */
const FIRST = 8;

/** A table with a bar beside each number. @param props.what name of the numbers, such as "Books" */
export function Bars({
  title,
  of,
  what,
  bars,
}: {
  title: string;
  of: string;
  what: string;
  bars: readonly Bar[];
}) {
  const isWhole = useSignal(false);
  const most = Math.max(...bars.map(({ value }) => value));
  const isLong = bars.length > FIRST + 2;
  const shown = isLong && !isWhole.value ? bars.slice(0, FIRST) : bars;
  return (
    <div class="chart">
      <table class="numbers bars">
        <caption class="visually-hidden">{title}</caption>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">{of}</th>
            <th scope="col">{what}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ key, name, value, href, isRest }) => (
            <tr key={key} class={isRest ? "quiet" : undefined}>
              <th scope="row">
                <bdi class="clamp-2">{href ? <a href={href}>{name}</a> : name}</bdi>
                <svg aria-hidden="true" width="100%" height="8">
                  <rect class="chart-track" width="100%" height="8" rx="4" />
                  <rect
                    class={isRest ? "chart-rest" : "chart-bar"}
                    width={`${barOf(value, most)}%`}
                    height="8"
                    rx="4"
                  />
                </svg>
              </th>
              <td>{formatNumber(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {isLong && (
        <Button
          look="quiet"
          aria-expanded={isWhole.value}
          onClick={() => (isWhole.value = !isWhole.value)}
        >
          {isWhole.value ? t("fewer") : t("all", { count: bars.length })}
          <span class="visually-hidden"> {title}</span>
        </Button>
      )}
    </div>
  );
}
