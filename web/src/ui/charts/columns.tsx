import { useLocation } from "preact-iso";
import { useId } from "preact/hooks";
import { formatNumber } from "../../i18n/format.ts";
import { columnsOf, labelStep, type Point } from "./scale.ts";
import { chartText as t } from "./text.ts";
import "./charts.css";

/** Maximum number of columns with a value above them, and of labels below them. */
const MAX_VALUES = 16;
const MAX_LABELS = 12;

/** A row of the table that the chart does not show. */
export interface Rest {
  readonly name: string;
  readonly value: number;
  /** Page with its books. */
  readonly href?: string | undefined;
}

/**
 * A column chart as SVG, with its table.
 * @param props.what name of the values, such as "Books"; `of` names the points, such as "Month";
 * `rest` completes the table to its total
 */
export function Columns({
  title,
  of,
  what,
  points,
  rest = [],
  labelEvery,
}: {
  title: string;
  of: string;
  what: string;
  points: readonly Point[];
  rest?: readonly Rest[];
  /**
   * Labels every such column, counted from the last one; by default as many as there is room for.
   */
  labelEvery?: number | undefined;
}) {
  const id = useId();
  const { route } = useLocation();
  const columns = columnsOf(points);
  const step = labelEvery ?? labelStep(points.length, MAX_LABELS);
  const isRoomy = points.length <= MAX_VALUES;
  return (
    <div class="chart">
      <svg class="columns" role="img" aria-labelledby={id} width="100%" height="176">
        <title id={id}>{t("chartOf", { title })}</title>
        <line class="chart-base" x1="0" x2="100%" y1="150" y2="150" />
        {columns.map(({ key, name, value, start, width, height, middle, href }) => {
          const tall = (height / 100) * 126;
          return (
            // Keyboard and screen readers use the links in the table; for them the chart is a
            // single image.
            <g
              key={key}
              class={href && "chart-link"}
              onClick={href ? () => route(href) : undefined}
            >
              <title>{`${name}: ${formatNumber(value)}`}</title>
              <rect
                class="chart-bar"
                x={`${start}%`}
                width={`${width}%`}
                y={150 - tall}
                height={tall}
                rx="2"
              />
              {isRoomy && value > 0 && (
                <text class="chart-value" x={`${middle}%`} y={150 - tall - 6}>
                  {formatNumber(value)}
                </text>
              )}
            </g>
          );
        })}
        {columns.map(
          ({ key, label, short, middle }, index) =>
            label !== "" &&
            (points.length - 1 - index) % step === 0 && (
              <g key={key} class="chart-label">
                <text class="chart-wide" x={`${middle}%`} y="170">
                  {label}
                </text>
                <text class="chart-narrow" x={`${middle}%`} y="170">
                  {short}
                </text>
              </g>
            ),
        )}
      </svg>
      <details>
        <summary>{t("table")}</summary>
        <ColumnTable title={title} of={of} what={what} points={points} rest={rest} />
      </details>
    </div>
  );
}

function ColumnTable({
  title,
  of,
  what,
  points,
  rest,
}: {
  title: string;
  of: string;
  what: string;
  points: readonly Point[];
  rest: readonly Rest[];
}) {
  const rows: readonly Rest[] = [...points, ...rest];
  const total = rows.reduce((sum, { value }) => sum + value, 0);
  return (
    <table class="numbers">
      <caption class="visually-hidden">{title}</caption>
      <thead>
        <tr>
          <th scope="col">{of}</th>
          <th scope="col">{what}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, value, href }) => (
          <tr key={name}>
            <th scope="row">{href ? <a href={href}>{name}</a> : name}</th>
            <td>{formatNumber(value)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t("total")}</th>
          <td>{formatNumber(total)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
