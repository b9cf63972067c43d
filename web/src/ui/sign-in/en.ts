export const en = {
  code: "Pairing code or recovery code",
  codeHint:
    "The code that another device shows in its settings, such as K7QM-2F0V, or the line that you kept, with account and code.",
  codeMissing: "Enter the pairing code, or the account and its recovery code.",
  codeUnreadable:
    "This is neither a pairing code of eight characters nor the line with account and recovery code.",
  wrongCode:
    "This code is not valid for any account. A pairing code works once, for five minutes; a recovery code stops working when a new one is created.",
  otherAccount:
    "This code belongs to another account. To change the account of this device, clear the device in the settings first.",
  name: "Name of this device",
  nameHint: "Shown in the list of your devices.",
  signIn: "Sign in",
  signedIn: "You are signed in.",
  replaces: {
    one: "This device has another account with {count} book. If you sign in to a different one, you need the recovery code of the first to come back.",
    other:
      "This device has another account with {count} books. If you sign in to a different one, you need the recovery code of the first to come back.",
  },
  noticeText: "You are signed out on this device.",
  waiting: {
    one: "{count} change is kept, and sent when you are signed in.",
    other: "{count} changes are kept, and sent when you are signed in.",
  },
  sheetTitle: "Sign in again",
  sheetText:
    "This device's access was revoked or has expired. Your books and your changes are still here.",
  again: "Sign in again",
} as const;
