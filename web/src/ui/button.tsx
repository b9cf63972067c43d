import type { ButtonHTMLAttributes, ComponentChildren, TargetedMouseEvent } from "preact";
import { Icon, type IconName } from "./icon.tsx";

export type ButtonLook = "plain" | "primary" | "danger" | "quiet";

interface Content {
  look?: ButtonLook | undefined;
  icon?: IconName | undefined;
  children?: ComponentChildren;
}

const classOf = (look: ButtonLook = "plain", more = ""): string =>
  `button button-${look} ${more}`.trim();

/**
 * A button. While `busy`, it keeps its focus and text, and presses are ignored; a disabled button
 * would lose the focus.
 */
export function Button({
  look,
  icon,
  busy = false,
  children,
  onClick,
  ...rest
}: Content & { busy?: boolean | undefined } & Omit<ButtonHTMLAttributes, "icon">) {
  return (
    <button
      type="button"
      class={classOf(look)}
      aria-disabled={busy ? "true" : undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
      {...rest}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button with only a symbol. @param props.label its accessible name */
export function IconButton({
  icon,
  label,
  look = "quiet",
  ...rest
}: { icon: IconName; label: string; look?: ButtonLook } & Omit<ButtonHTMLAttributes, "label">) {
  return (
    <button
      type="button"
      class={classOf(look, "button-icon")}
      aria-label={label}
      title={label}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}

/** A link that looks like a button. */
export function ButtonLink({
  look,
  icon,
  children,
  ...rest
}: Content & {
  href: string;
  /** File name under which the browser saves the target. */
  download?: string;
  "aria-label"?: string;
  onClick?: (event: TargetedMouseEvent<HTMLAnchorElement>) => void;
}) {
  return (
    <a class={classOf(look)} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </a>
  );
}
