import { useSignal } from "@preact/signals";
import { formatList, formatPartialDate } from "../../i18n/format.ts";
import type { Attention } from "../../state/library.ts";
import { textOfError } from "../../state/problem-texts.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { Button } from "../../ui/button.tsx";
import { Sheet } from "../../ui/dialog.tsx";
import { starsText } from "../../ui/stars.tsx";
import { STATUSES } from "./logic/filters.ts";
import { text as t } from "./text.ts";

/** Edits that were not applied, each with the user's value and the current one to choose from. */
export default function AttentionSheet({ onClose }: { onClose: () => void }) {
  const failure = useSignal<unknown>(undefined);
  const all = shelf.attention.value;
  const decide = async (id: string, decision: "mine" | "theirs"): Promise<void> => {
    try {
      await shelf.resolve(id, decision);
      announce(t("decided"));
    } catch (error) {
      failure.value = error;
    }
  };
  return (
    <Sheet title={t("attentionTitle")} onClose={onClose}>
      <div class="stack">
        {failure.value !== undefined && (
          <p class="notice notice-error" role="alert">
            {textOfError(failure.value)}
          </p>
        )}
        {all.length === 0 && <p>{t("attentionNone")}</p>}
        {all.map((one) => (
          <One key={one.id} one={one} onDecide={(decision) => void decide(one.id, decision)} />
        ))}
      </div>
    </Sheet>
  );
}

function One({
  one,
  onDecide,
}: {
  one: Attention;
  onDecide: (decision: "mine" | "theirs") => void;
}) {
  const { mine, theirs, target, type, problem, deleted } = one;
  const title = shelf.listed(target)?.title ?? target;
  const names = Object.keys(mine ?? {});
  return (
    <section class="card stack">
      <h3 dir="auto">{title}</h3>
      <p>{aboutOf(one)}</p>
      {problem?.detail !== undefined && type === "refused" && <p class="quiet">{problem.detail}</p>}
      {names.length > 0 && (
        <table class="shelf-values">
          <thead>
            <tr>
              <td />
              <th scope="col">{t("yours")}</th>
              <th scope="col">{t("theirs")}</th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <th scope="row">{fieldText(name)}</th>
                <td dir="auto">{valueText(name, mine?.[name])}</td>
                <td dir="auto">{deleted ? t("removedThere") : valueText(name, theirs?.[name])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div class="row">
        <Button onClick={() => onDecide("mine")}>
          {t(type === "conflict" ? "keepMine" : "sendAgain")}
        </Button>
        <Button onClick={() => onDecide("theirs")}>
          {t(type === "conflict" ? "keepTheirs" : "dropEdit")}
        </Button>
      </div>
    </section>
  );
}

function aboutOf({ type, deleted }: Attention): string {
  if (type === "expired") return t("attentionExpired");
  if (type === "refused") return t("attentionRefused");
  return deleted ? t("attentionDeleted") : t("attentionConflict");
}

const FIELDS = ["status", "rating", "review", "notes", "format", "owned", "location"] as const;

const fieldText = (name: string): string => {
  const known = FIELDS.find((field) => field === name);
  return known === undefined ? name : t(known);
};

function valueText(name: string, value: unknown): string {
  if (value === undefined || value === null) return "–";
  if (name === "rating") return starsText(Number(value));
  if (name === "status") {
    const known = STATUSES.find((status) => status === value);
    return known === undefined ? "–" : t(known);
  }
  if (typeof value === "boolean") return t(value ? "ownedYes" : "ownedNo");
  if (Array.isArray(value)) return formatList(value.map((part) => valueText("", part)));
  return typeof value === "string" ? formatPartialDate(value) : JSON.stringify(value);
}
