import { useSignal } from "@preact/signals";
import { formatPartialDate } from "../../i18n/format.ts";
import { shelf } from "../../state/shelf.ts";
import { Button } from "../../ui/button.tsx";
import { Combobox } from "../../ui/combobox.tsx";
import { DateField, faultOf } from "../../ui/date-field.tsx";
import { ErrorSummary, SelectField, TextField, type FieldError } from "../../ui/fields.tsx";
import {
  dateOf,
  isBefore,
  NO_DATE,
  partsOf,
  today,
  type DateParts,
} from "../../ui/partial-date.ts";
import { counted, suggestions } from "../../ui/suggest.ts";
import { FORMATS, wordOf, type Format } from "../../ui/words/text.ts";
import { useChoice } from "../../ui/use-choice.ts";
import { Disclosure, useEdits, type Edits } from "./parts.tsx";
import { text as t } from "./text.ts";
import type { ShelvedBook } from "./use-book.ts";

/** The user's copy: format, ownership, location and loan. */
export function CopyPart({ book }: { book: ShelvedBook }) {
  const { isbn, location, loan } = book;
  const [format, chooseFormat] = useChoice(book.format);
  const [owned, chooseOwned] = useChoice(book.owned);
  const edits = useEdits();
  const said = [format && wordOf(format), location, loan && t("lentTo", { name: loan.to })].filter(
    (part) => part !== undefined && part !== "",
  );
  return (
    <Disclosure title={t("copy")} value={said.join(" · ")}>
      <SelectField<Format | "none">
        label={t("format")}
        value={format ?? "none"}
        options={[["none", t("notSaid")], ...FORMATS.map((one) => [one, wordOf(one)] as const)]}
        onChange={(next) =>
          void chooseFormat(next === "none" ? undefined : next, () =>
            edits.save({ op: "change", isbn, set: { format: next === "none" ? null : next } }),
          )
        }
      />
      <SelectField
        label={t("owned")}
        value={owned === undefined ? "none" : owned ? "yes" : "no"}
        options={[
          ["none", t("notSaid")],
          ["yes", t("yes")],
          ["no", t("no")],
        ]}
        onChange={(next) => {
          const answer = next === "none" ? undefined : next === "yes";
          void chooseOwned(answer, () =>
            edits.save({ op: "change", isbn, set: { owned: answer ?? null } }),
          );
        }}
      />
      <Location key={location} isbn={isbn} location={location} edits={edits} />
      <LoanPart isbn={isbn} loan={loan} edits={edits} />
      {edits.result}
    </Disclosure>
  );
}

function Location({
  isbn,
  location,
  edits,
}: {
  isbn: string;
  location: string | undefined;
  edits: Edits;
}) {
  const typed = useSignal(location ?? "");
  const isUsed = useSignal(false);
  const all = isUsed.value
    ? counted(shelf.books.value.flatMap((book) => book.location ?? []))
    : new Map<string, number>();
  const store = (text: string): void => {
    typed.value = text;
    const next = text.trim();
    if (next === (location ?? "")) return;
    void edits.save({ op: "change", isbn, set: { location: next === "" ? null : next } });
  };
  return (
    <div onFocusIn={() => (isUsed.value = true)}>
      <Combobox
        label={t("location")}
        hint={t("locationHint")}
        maxLength={300}
        value={typed.value}
        options={suggestions(all, typed.value, { without: [typed.value] })}
        onInput={(text) => (typed.value = text)}
        onTake={store}
        onLeave={() => store(typed.value)}
      />
    </div>
  );
}

function LoanPart({
  isbn,
  loan,
  edits,
}: {
  isbn: string;
  loan: ShelvedBook["loan"];
  edits: Edits;
}) {
  const isEditing = useSignal(false);
  const end = async (): Promise<void> => {
    if (!loan || !(await edits.save({ op: "change", isbn, set: { loan: null } }))) return;
    edits.offerUndo(t("returned", { name: loan.to }), () =>
      edits.save({ op: "change", isbn, set: { loan } }),
    );
  };
  if (isEditing.value) {
    return (
      <LoanForm
        loan={loan}
        onCancel={() => (isEditing.value = false)}
        onStore={async (next) => {
          if (await edits.save({ op: "change", isbn, set: { loan: next } }))
            isEditing.value = false;
        }}
      />
    );
  }
  if (!loan) {
    return (
      <div class="row">
        <Button icon="loan" onClick={() => (isEditing.value = true)}>
          {t("lend")}
        </Button>
      </div>
    );
  }
  return (
    <div class="stack">
      <p dir="auto">
        {t("lentTo", { name: loan.to })}
        {loan.since && ` · ${t("lentSince", { date: formatPartialDate(loan.since) })}`}
        {loan.due && ` · ${t("lentDue", { date: formatPartialDate(loan.due) })}`}
      </p>
      <div class="row">
        <Button icon="check" onClick={() => void end()}>
          {t("returnedButton")}
        </Button>
        <Button icon="edit" look="quiet" onClick={() => (isEditing.value = true)}>
          {t("changeLoan")}
        </Button>
      </div>
    </div>
  );
}

type Loan = NonNullable<ShelvedBook["loan"]>;

function LoanForm({
  loan,
  onStore,
  onCancel,
}: {
  loan: Loan | undefined;
  onStore: (loan: Loan) => Promise<void>;
  onCancel: () => void;
}) {
  const to = useSignal(loan?.to ?? "");
  const since = useSignal<DateParts>(loan ? partsOf(loan.since) : partsOf(today()));
  const due = useSignal<DateParts>(loan ? partsOf(loan.due) : NO_DATE);
  const faults = useSignal<FieldError[]>([]);
  const errorOf = (id: string) => faults.value.find(({ field }) => field === id)?.text;
  const submit = (): void => {
    const found: FieldError[] = [];
    const [from, until] = [dateOf(since.value), dateOf(due.value)];
    const [fromFault, untilFault] = [faultOf(since.value), faultOf(due.value)];
    if (to.value.trim() === "") found.push({ field: "loan-to", text: t("lendToMissing") });
    if (fromFault) found.push({ field: "loan-since", text: fromFault });
    if (untilFault) found.push({ field: "loan-due", text: untilFault });
    faults.value = found;
    if (found.length > 0 || "fault" in from || "fault" in until) return;
    if (from.date && until.date && isBefore(until.date, from.date)) {
      faults.value = [{ field: "loan-due", text: t("dueBeforeSince") }];
      return;
    }
    void onStore({
      to: to.value.trim(),
      ...(from.date === undefined ? {} : { since: from.date }),
      ...(until.date === undefined ? {} : { due: until.date }),
    });
  };
  return (
    <form
      class="stack card"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <ErrorSummary errors={faults.value} />
      <TextField
        id="loan-to"
        label={t("lendTo")}
        error={errorOf("loan-to")}
        maxLength={300}
        value={to.value}
        onInput={({ currentTarget }) => (to.value = currentTarget.value)}
      />
      <DateField
        id="loan-since"
        label={t("since")}
        error={errorOf("loan-since")}
        parts={since.value}
        onChange={(parts) => (since.value = parts)}
      />
      <DateField
        id="loan-due"
        label={t("due")}
        hint={t("dueHint")}
        error={errorOf("loan-due")}
        parts={due.value}
        onChange={(parts) => (due.value = parts)}
      />
      <div class="row">
        <Button type="submit" look="primary" icon="check">
          {t("keep")}
        </Button>
        <Button onClick={onCancel}>{t("cancel")}</Button>
      </div>
    </form>
  );
}
