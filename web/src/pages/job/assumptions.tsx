import { ENCODINGS, FORMAT_IDS, formatName } from "../import/formats.ts";
import { Icon } from "../../ui/icon.tsx";
import { SelectField } from "../../ui/fields.tsx";
import { STATUSES, wordOf } from "../../ui/words/text.ts";
import {
  AUTHOR_ORDERS,
  DATE_ORDERS,
  grouped,
  isSure,
  RATING_SCALES,
  valueOf,
  withChoice,
  type Assumption,
  type ReadingChoices,
} from "./choices.ts";
import { text as t } from "./text.ts";

interface Choosing {
  choices: ReadingChoices;
  onChange: (choices: ReadingChoices) => void;
}

/** The assumptions about the file, each with its evidence and a control to replace it. */
export function Assumptions({
  assumptions,
  ...choosing
}: { assumptions: readonly Assumption[] } & Choosing) {
  const { file, shelves } = grouped(assumptions);
  if (assumptions.length === 0) return null;
  return (
    <section class="stack" aria-labelledby="job-assumed">
      <h2 id="job-assumed">{t("assumed")}</h2>
      <p class="quiet">{t("assumedHint")}</p>
      <ul role="list" class="job-assumptions">
        {file.map((assumption) => (
          <OneAssumption key={assumption.kind} assumption={assumption} {...choosing} />
        ))}
      </ul>
      {shelves.length > 0 && (
        <>
          <h3>{t("shelves")}</h3>
          <p class="quiet">{t("shelvesHint")}</p>
          <ul role="list" class="job-assumptions">
            {shelves.map((assumption) => (
              <OneAssumption key={assumption.name} assumption={assumption} {...choosing} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function OneAssumption({ assumption, choices, onChange }: { assumption: Assumption } & Choosing) {
  const value = valueOf(assumption, choices);
  const isChosen = value !== String(assumption.value);
  const needsCheck = !isChosen && !isSure(assumption);
  return (
    <li class={needsCheck ? "card job-check" : "card"}>
      {needsCheck && (
        <p class="job-mark">
          <Icon name="warning" />
          {t("check")}
        </p>
      )}
      {isChosen && (
        <p class="job-mark">
          <Icon name="edit" />
          {t("chosen")}
        </p>
      )}
      <SelectField
        label={labelOf(assumption)}
        hint={t("affects", { count: assumption.rows })}
        value={value}
        options={optionsOf(assumption, value)}
        onChange={(next) => onChange(withChoice(choices, assumption, next))}
      />
      {assumption.kind !== "statusMapping" && assumption.samples.length > 0 && (
        <ul role="list" class="job-samples quiet">
          {assumption.samples.map(({ row, from, to }) => (
            <li key={row} dir="auto">
              <bdi>{from}</bdi>
              {/* The samples of an encoding are the decoded texts. */}
              {to !== from && (
                <>
                  {" "}
                  → <span class="visually-hidden">{t("reads")}</span>{" "}
                  <bdi>{to === "" ? t("isEmpty") : to}</bdi>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

const labelOf = ({ kind, name = "" }: Assumption): string =>
  kind === "statusMapping" ? name : t(`kind_${kind}`);

const AUTHOR_TEXTS = {
  "given-first": "names_given",
  "family-first": "names_family",
  list: "names_list",
} as const;

type Option = readonly [value: string, text: string];

/** The possible values of an assumption, including the present one. */
function optionsOf(assumption: Assumption, value: string): readonly Option[] {
  const options = knownOptions(assumption);
  return options.some(([known]) => known === value)
    ? options
    : [[value, value === "none" ? t("order_none") : value], ...options];
}

function knownOptions({ kind }: Assumption): readonly Option[] {
  switch (kind) {
    case "format":
      return FORMAT_IDS.map((id) => [
        id,
        formatName(id, { table: t("table"), archive: t("archive") }),
      ]);
    case "encoding":
      return ENCODINGS;
    case "ratingScale":
      return RATING_SCALES.map((max) => [max, t("scale", { max })]);
    case "dateOrder":
      return DATE_ORDERS.map((order) => [order, t(`order_${order}`)]);
    case "authorOrder":
      return AUTHOR_ORDERS.map((order) => [order, t(AUTHOR_TEXTS[order])]);
    case "statusMapping":
      return [...STATUSES, "none" as const].map((status) => [
        status,
        status === "none" ? t("none") : wordOf(status),
      ]);
  }
}
