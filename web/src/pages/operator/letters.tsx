import type { DeadLetter } from "../../../../client/src/index.ts";
import { formatMoment } from "../../i18n/format.ts";
import { Button } from "../../ui/button.tsx";
import { More, Shown, usePages } from "./asked.tsx";
import { asOperator } from "./operator-session.ts";
import { text as t } from "./text.ts";

/** Messages that failed all attempts. */
export function Letters() {
  const asked = usePages<DeadLetter>((page) =>
    asOperator((operator) => operator.deadLetters({ limit: 50, ...page })),
  );
  return (
    <>
      <Shown asked={asked}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="quiet">{t("noLetters")}</p>
          ) : (
            <ul role="list" class="stack">
              {items.map((letter) => (
                <li key={letter.id} class="card stack">
                  <p>
                    <strong>{letter.queue}</strong> · {formatMoment(letter.failedAt)}
                    <span class="quiet"> · {t("attempts", { count: letter.attempts })}</span>
                  </p>
                  <details>
                    <summary>{t("message")}</summary>
                    <pre class="operator-code" tabIndex={0} aria-label={t("message")}>
                      {JSON.stringify(letter.body, undefined, 2)}
                    </pre>
                  </details>
                  <div>
                    <Button
                      icon="redo"
                      busy={asked.isBusy.value}
                      onClick={() =>
                        void asked.act(
                          () => asOperator((operator) => operator.retryDeadLetter(letter.id)),
                          t("letterSent"),
                        )
                      }
                    >
                      {t("resend")}
                      <span class="visually-hidden"> {letter.id}</span>
                    </Button>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
      <More {...asked} />
    </>
  );
}
