import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/fields.tsx";
import { Icon } from "../../ui/icon.tsx";
import { readPhotos } from "./photo.ts";
import { strip } from "./strip.ts";
import { text as t } from "./text.ts";

/** Alternatives to the camera: a number, possibly typed by a barcode reader, and photos. */
export const WithoutCamera = () => (
  <div class="scan-without">
    <NumberForm />
    <Photo />
  </div>
);

/** Keeps the focus for the next number. */
function NumberForm() {
  const number = useSignal("");
  const error = useSignal<string | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  const add = (): void => {
    const text = number.value.trim();
    error.value = text === "" ? t("numberMissing") : undefined;
    input.current?.focus();
    if (text === "") return;
    number.value = "";
    void strip.take(text);
  };
  return (
    <form
      class="scan-number"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <TextField
        label={t("number")}
        hint={t("numberHint")}
        error={error.value}
        value={number.value}
        inputMode="numeric"
        spellcheck={false}
        inputRef={input}
        onInput={({ currentTarget }) => (number.value = currentTarget.value)}
      />
      <Button type="submit" icon="plus">
        {t("add")}
      </Button>
    </form>
  );
}

function Photo() {
  const message = useSignal("");
  const read = async (input: HTMLInputElement): Promise<void> => {
    const files = [...(input.files ?? [])];
    // Allows the same photo to be chosen again.
    input.value = "";
    if (files.length === 0) return;
    message.value = t("photoReading");
    const { texts, isBroken } = await readPhotos(files);
    message.value = isBroken ? t("photoBroken") : texts.length === 0 ? t("photoNothing") : "";
    for (const text of texts) void strip.take(text);
  };
  return (
    <div class="stack scan-photo">
      <label class="button button-plain">
        <Icon name="image" />
        {t("photo")}
        <input
          class="visually-hidden"
          type="file"
          accept="image/*"
          multiple
          onChange={({ currentTarget }) => void read(currentTarget)}
        />
      </label>
      <p role="status">{message.value}</p>
    </div>
  );
}
