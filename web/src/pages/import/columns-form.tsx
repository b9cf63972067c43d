import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { UploadOptions } from "../../state/uploads.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox, ErrorSummary, SelectField } from "../../ui/fields.tsx";
import type { TableProblem } from "./chosen-file.ts";
import {
  columnsOf,
  decodedHead,
  HEAD_BYTES,
  headOf,
  looksLikeData,
  type TableHead,
} from "./columns.ts";
import { FIELDS, namesBooks, withField, type FieldId, type Mapping } from "./mapping.ts";
import { text as t } from "./text.ts";

const RECOGNISED = "";

/**
 * The columns of a table that the service does not recognise, each with sample cells and a choice
 * of its field.
 */
export function Columns({
  file,
  options,
  problem,
  onPreview,
  onCancel,
  cancelText,
}: {
  file: File;
  options: UploadOptions;
  /**
   * Why the service did not accept the file. Its text is shown only after the user has named
   * columns, because before that it addresses API callers.
   */
  problem?: TableProblem;
  onPreview: (file: File, options: UploadOptions) => void;
  onCancel: () => void;
  cancelText: string;
}) {
  const head = useSignal<TableHead | undefined>(undefined);
  const hasHeader = useSignal(true);
  const mapping = useSignal<Mapping>(options.mapping ?? {});
  const isMissing = useSignal(false);
  useEffect(() => {
    void headOfFile(file, options.encoding).then((read) => {
      head.value = read;
      hasHeader.value = !looksLikeData(read);
    });
  }, [file]);
  const columns = head.value ? columnsOf(head.value, hasHeader.value) : [];
  const [first] = columns;
  return (
    <form
      class="stack"
      aria-labelledby="import-columns"
      onSubmit={(event) => {
        event.preventDefault();
        isMissing.value = problem !== undefined && !namesBooks(mapping.value);
        if (!isMissing.value) onPreview(file, { ...options, mapping: mapping.value });
      }}
    >
      <h2 id="import-columns">{t("columnsTitle")}</h2>
      <p>{t(problem ? "columns" : "columnsAgain")}</p>
      {problem && options.mapping && (
        <p class="quiet" lang="en">
          {t("serviceSays", { detail: problem.detail })}
        </p>
      )}
      <ErrorSummary
        errors={
          isMissing.value && first ? [{ field: fieldId(first.key), text: t("needsTitle") }] : []
        }
      />
      <Checkbox
        label={t("hasHeader")}
        checked={hasHeader.value}
        onChange={(checked) => {
          hasHeader.value = checked;
          mapping.value = {};
        }}
      />
      <ul role="list" class="import-columns">
        {columns.map(({ key, name, samples }, index) => (
          <li key={key} class="card">
            <SelectField
              id={fieldId(key)}
              label={name ?? t("column", { number: String(index + 1) })}
              hint={samples.length > 0 ? samples.map(shortened).join(" · ") : t("noSamples")}
              value={mapping.value[key] ?? RECOGNISED}
              options={[[RECOGNISED, t("asRecognised")], ...FIELDS.map(optionOf)]}
              onChange={(field) => {
                const chosen = field === RECOGNISED ? undefined : (field as FieldId);
                mapping.value = withField(mapping.value, key, chosen);
              }}
            />
          </li>
        ))}
      </ul>
      <div class="row">
        <Button type="submit" look="primary" icon="forward">
          {t("preview")}
        </Button>
        <Button onClick={onCancel}>{cancelText}</Button>
      </div>
    </form>
  );
}

const MAX_SAMPLE = 40;

const shortened = (text: string): string =>
  text.length > MAX_SAMPLE ? `${text.slice(0, MAX_SAMPLE)} …` : text;

const fieldId = (column: string): string => `column-${column.replaceAll(/\W/g, "-")}`;

const optionOf = (field: FieldId): [string, string] => [field, t(`field_${field}`)];

async function headOfFile(file: File, encoding: string | undefined): Promise<TableHead> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  return headOf(decodedHead(bytes, encoding));
}
