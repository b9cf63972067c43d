import { useSignal } from "@preact/signals";

/**
 * The value of a control whose choice is saved: the user's choice while the save runs, and then
 * the stored value. Without it the control would jump back until the save has ended, and a second
 * key press would count from the old value.
 */
export function useChoice<Value>(
  stored: Value,
): [shown: Value, choose: (value: Value, save: () => Promise<unknown>) => Promise<void>] {
  const choice = useSignal<{ readonly value: Value } | undefined>(undefined);
  const choose = async (value: Value, save: () => Promise<unknown>): Promise<void> => {
    const own = { value };
    choice.value = own;
    try {
      await save();
    } finally {
      if (choice.value === own) choice.value = undefined;
    }
  };
  return [choice.value === undefined ? stored : choice.value.value, choose];
}
