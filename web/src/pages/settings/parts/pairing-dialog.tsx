import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { generate } from "lean-qr";
import { toSvgPath } from "lean-qr/extras/svg";
import type { Pairing, Token } from "../../../../../client/src/index.ts";
import { formatTime } from "../../../i18n/format.ts";
import { withApi } from "../../../state/api.ts";
import { now } from "../../../state/clock.ts";
import { announce } from "../../../ui/announce.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { useLoaded } from "../loaded.ts";
import { inGroups, pairingAddress } from "../logic.ts";
import { text as t } from "../text.ts";
import { WhenLoaded } from "./section.tsx";

/** Polling interval for the other device. */
const LOOK_MS = 4000;
/** Quiet zone around the code, in modules, which readers need. */
const MARGIN = 4;

/**
 * Shows a code for another device, until that device has signed in.
 * @param props.known the devices so far
 */
export default function PairingDialog({
  known,
  onClose,
}: {
  known: readonly Token[];
  onClose: () => void;
}) {
  const loaded = useLoaded(() => withApi((api) => api.accounts.pair()));
  const arrived = useSignal<string | undefined>(undefined);
  const isExpired = useSignal(false);
  const pairing = loaded.value.value;

  useEffect(() => {
    if (!pairing) return;
    isExpired.value = false;
    const ends = Date.parse(pairing.expiresAt);
    const timer = setInterval(() => {
      isExpired.value = now() >= ends;
      if (arrived.peek() !== undefined || document.hidden) return;
      void newDevice(known).then((name) => {
        if (name === undefined || arrived.peek() !== undefined) return;
        arrived.value = name;
        announce(t("paired", { name }));
      });
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [pairing]);

  return (
    <Dialog
      title={t("pairTitle")}
      onClose={onClose}
      actions={
        <Button look={arrived.value === undefined ? "plain" : "primary"} onClick={onClose}>
          {t("done")}
        </Button>
      }
    >
      {arrived.value === undefined ? (
        <WhenLoaded loaded={loaded}>
          {(shown) =>
            isExpired.value ? (
              <p>{t("pairExpired")}</p>
            ) : (
              <Code pairing={shown} address={`${location.origin}/pair`} />
            )
          }
        </WhenLoaded>
      ) : (
        <p class="row">
          <Icon name="check" />
          {t("paired", { name: arrived.value })}
        </p>
      )}
      {pairing && arrived.value === undefined && (
        <p class="settings-pairing">
          <Button icon="refresh" look="quiet" onClick={() => void loaded.load()}>
            {t("newCode")}
          </Button>
        </p>
      )}
    </Dialog>
  );
}

function Code({ pairing: { code, expiresAt }, address }: { pairing: Pairing; address: string }) {
  return (
    <div class="stack settings-pairing">
      <p>{t("pairAsk", { address })}</p>
      <Qr text={pairingAddress(location.origin, code)} label={t("pairQr", { address })} />
      <p class="settings-code">
        <span class="visually-hidden">{t("pairCode")} </span>
        <code>{inGroups(code)}</code>
      </p>
      <p class="quiet">{t("pairUntil", { time: formatTime(expiresAt) })}</p>
    </div>
  );
}

/** Black on white in every theme, because readers expect it. */
function Qr({ text, label }: { text: string; label: string }) {
  const code = generate(text);
  const size = code.size + 2 * MARGIN;
  return (
    <svg
      class="settings-qr"
      role="img"
      aria-label={label}
      viewBox={`${-MARGIN} ${-MARGIN} ${size} ${size}`}
    >
      <path d={toSvgPath(code)} />
    </svg>
  );
}

/** The name of a newly signed-in device. Failed polls are ignored, because the next one follows. */
async function newDevice(known: readonly Token[]): Promise<string | undefined> {
  const ids = new Set(known.map(({ id }) => id));
  try {
    const tokens = await withApi((api) => api.accounts.tokens());
    const found = tokens.find(({ id }) => !ids.has(id));
    return found && (found.name ?? t("unnamed"));
  } catch {
    return undefined;
  }
}
