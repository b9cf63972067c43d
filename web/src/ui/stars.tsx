import { useId } from "preact/hooks";
import { uiText as t } from "./text.ts";
import { useChoice } from "./use-choice.ts";

const MAX = 5;
const STEP = 0.25;
/** A five-pointed star in a 24 x 24 box. */
const STAR = "M12 2.5l2.9 6.1 6.6.9-4.8 4.6 1.2 6.6L12 17.5l-5.9 3.2 1.2-6.6L2.5 9.5l6.6-.9z";

/** The text of a rating: "3.75 stars of 5". */
export const starsText = (rating: number | undefined): string =>
  rating === undefined ? t("noStars") : t("starsOf", { count: rating });

/** Read-only stars, for lists. */
export const StarsView = ({ rating }: { rating: number | undefined }) => (
  <span class="stars stars-small" role="img" aria-label={starsText(rating)}>
    <Five rating={rating ?? 0} />
  </span>
);

/**
 * Quarter stars as a slider: arrow keys by a quarter, Page Up and Page Down by a star, Home for
 * none, End for five, digits for whole stars. A click sets the stars at its position.
 */
export function StarsSlider({
  rating: stored,
  onChange,
  label = t("stars"),
  tabIndex = 0,
}: {
  rating: number | undefined;
  /** Saves the stars; until it has ended, the slider shows them. */
  onChange: (rating: number | undefined) => Promise<unknown>;
  label?: string;
  /** -1 in a list in which arrow keys move the focus. */
  tabIndex?: 0 | -1;
}) {
  const [rating, choose] = useChoice(stored);
  const set = (value: number): void => {
    const next = ratingOf(value);
    if (next !== rating) void choose(next, () => onChange(next));
  };
  return (
    <span
      class="stars"
      role="slider"
      tabIndex={tabIndex}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={MAX}
      aria-valuenow={rating ?? 0}
      aria-valuetext={starsText(rating)}
      onKeyDown={(event) => {
        const next = starsAfter(event.key, rating ?? 0);
        if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        set(next);
      }}
      onPointerUp={({ currentTarget, clientX }) => {
        const { left, width } = currentTarget.getBoundingClientRect();
        const isRightToLeft = getComputedStyle(currentTarget).direction === "rtl";
        const part = isRightToLeft ? 1 - (clientX - left) / width : (clientX - left) / width;
        set(Math.ceil((part * MAX) / STEP) * STEP);
      }}
    >
      <Five rating={rating ?? 0} />
    </span>
  );
}

/** Clamps and rounds a rating to the steps; undefined for none. */
export function ratingOf(value: number): number | undefined {
  const stepped = Math.round(Math.min(MAX, Math.max(0, value)) / STEP) * STEP;
  return stepped === 0 ? undefined : stepped;
}

/** The stars after a key; undefined for keys that do nothing. */
export function starsAfter(key: string, now: number): number | undefined {
  if (/^[0-5]$/.test(key)) return Number(key);
  if (key === "ArrowRight" || key === "ArrowUp") return now + STEP;
  if (key === "ArrowLeft" || key === "ArrowDown") return now - STEP;
  if (key === "PageUp") return now + 1;
  if (key === "PageDown") return now - 1;
  if (key === "Home") return 0;
  if (key === "End") return MAX;
  return undefined;
}

/**
 * The width to fill for a part of a star, proportional to its area because the points are thin, so
 * that a quarter is visible.
 */
const filledTo = (part: number): number => (part < 1 ? 4.8 + 14.4 * part : 24);

function Five({ rating }: { rating: number }) {
  const id = useId();
  return (
    <>
      {Array.from({ length: MAX }, (_, index) => {
        const part = Math.min(1, Math.max(0, rating - index));
        const clip = `${id}-${index}`;
        return (
          <svg key={index} viewBox="0 0 24 24" aria-hidden="true">
            <clipPath id={clip}>
              <rect width={filledTo(part)} height="24" />
            </clipPath>
            <path
              class={part > 0 ? undefined : "star-empty"}
              d={STAR}
              fill="none"
              stroke="currentColor"
              stroke-width="1.5"
            />
            {part > 0 && <path d={STAR} fill="currentColor" clip-path={`url(#${clip})`} />}
          </svg>
        );
      })}
    </>
  );
}
