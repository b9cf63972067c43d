import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Flag } from "../../../../client/src/index.ts";
import { Button } from "../../ui/button.tsx";
import { SelectField, TextArea, TextField } from "../../ui/fields.tsx";
import { Shown, useAsked, type Asked } from "./asked.tsx";
import { formOf, stateOf, type FlagForm } from "./flag-form.ts";
import { asOperator } from "./operator-session.ts";
import { text as t } from "./text.ts";

/** The rollout flags: read and changed. */
export function Flags() {
  const asked = useAsked(() => asOperator((operator) => operator.flags()));
  return (
    <Shown asked={asked}>
      {(flags) => (
        <>
          <p class="quiet">{t("flagsText")}</p>
          {flags.map((flag) => (
            <OneFlag key={`${flag.name} ${JSON.stringify(flag.state)}`} flag={flag} asked={asked} />
          ))}
        </>
      )}
    </Shown>
  );
}

function OneFlag({ flag, asked }: { flag: Flag; asked: Asked<Flag[]> }) {
  const id = useId();
  const form = useSignal(formOf(flag.state));
  const isWrong = useSignal(false);
  const change = (part: Partial<FlagForm>): void => {
    form.value = { ...form.value, ...part };
  };
  const save = (event: Event): void => {
    event.preventDefault();
    const state = stateOf(form.value);
    isWrong.value = state === undefined;
    if (state === undefined) return;
    const work = (): Promise<unknown> =>
      asOperator((operator) => operator.setFlag(flag.name, state));
    void asked.act(work, t("flagSaved", { name: flag.name }));
  };
  return (
    <form class="card stack" aria-labelledby={id} noValidate onSubmit={save}>
      <div>
        <h2 id={id} class="operator-name">
          {flag.name}
        </h2>
        <p class="quiet">{flag.source === "kv" ? t("flagStored") : t("flagDefault")}</p>
      </div>
      <SelectField
        label={t("state")}
        value={form.value.mode}
        options={[
          ["off", t("off")],
          ["on", t("on")],
          ["some", t("some")],
        ]}
        onChange={(mode) => change({ mode })}
      />
      {form.value.mode === "some" && (
        <>
          <TextField
            label={t("percentage")}
            inputMode="decimal"
            value={form.value.percentage}
            error={isWrong.value ? t("percentageWrong") : undefined}
            onInput={({ currentTarget }) => change({ percentage: currentTarget.value })}
          />
          <TextArea
            label={t("allow")}
            hint={t("allowHint")}
            value={form.value.allow}
            onInput={({ currentTarget }) => change({ allow: currentTarget.value })}
          />
        </>
      )}
      <div>
        <Button type="submit" busy={asked.isBusy.value}>
          {t("save")}
          <span class="visually-hidden"> {flag.name}</span>
        </Button>
      </div>
    </form>
  );
}
