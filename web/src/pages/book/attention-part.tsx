import type { Attention } from "../../../../client/src/sync/types.ts";
import { formatMoment } from "../../i18n/format.ts";
import { textOfProblem } from "../../state/problem-texts.ts";
import { shelf } from "../../state/shelf.ts";
import { announce } from "../../ui/announce.tsx";
import { Button } from "../../ui/button.tsx";
import { useEdits } from "./parts.tsx";
import { text as t } from "./text.ts";
import { differences, nameText, valueText, type Difference } from "./values.ts";

/** Edits of a book that were not applied, each with both values to choose from. */
export function AttentionPart({ isbn }: { isbn: string }) {
  const waiting = shelf.attention.value.filter(({ target }) => target === isbn);
  if (waiting.length === 0) return null;
  return (
    <section class="stack book-attention" aria-label={t("attention")} tabIndex={-1}>
      {waiting.map((attention) => (
        <AttentionCard key={attention.id} attention={attention} />
      ))}
    </section>
  );
}

function AttentionCard({ attention }: { attention: Attention }) {
  const { id, type, mine, theirs, deleted, at } = attention;
  const edits = useEdits();
  const decide = async (decision: "mine" | "theirs"): Promise<void> => {
    if (await edits.run(() => shelf.resolve(id, decision))) announce(t("decided"));
  };
  const found = differences(mine, theirs);
  return (
    <div class="notice notice-warning">
      <div class="grow stack">
        <p>
          <strong>{titleOf(attention)}</strong>{" "}
          <span class="quiet number">{t("editOf", { at: formatMoment(at) })}</span>
        </p>
        {type === "conflict" && !deleted && found.length > 0 && <BothValues found={found} />}
        <div class="row">
          <Button onClick={() => void decide("mine")}>
            {t(type === "conflict" ? "keepMine" : "tryAgain")}
          </Button>
          <Button onClick={() => void decide("theirs")}>
            {t(type === "conflict" ? "takeTheirs" : "dropEdit")}
          </Button>
        </div>
        {edits.result}
      </div>
    </div>
  );
}

function titleOf({ type, deleted, edit, problem }: Attention): string {
  if (type === "expired") return t("editExpired");
  if (type === "refused" && problem) return `${t("editRefused")} ${textOfProblem(problem)}`;
  if (deleted) return t("removedElsewhere");
  return edit.op === "delete" ? t("changedBeforeRemoval") : t("changedElsewhere");
}

/** A table with the user's values and another device's. */
export const BothValues = ({ found }: { found: readonly Difference[] }) => (
  <table class="book-both">
    <thead>
      <tr>
        <td />
        <th scope="col">{t("mine")}</th>
        <th scope="col">{t("theirs")}</th>
      </tr>
    </thead>
    <tbody>
      {found.map(({ name, mine, theirs }) => (
        <tr key={name}>
          <th scope="row">{nameText(name)}</th>
          <td dir="auto">{valueText(name, mine)}</td>
          <td dir="auto">{valueText(name, theirs)}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
