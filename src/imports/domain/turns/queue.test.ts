import fc from "fast-check";
import { expect, it } from "vitest";
import { TurnQueue } from "./queue.ts";

const account = fc.constantFrom("a", "b", "c", "d");
/** An account adds work, or a turn is granted. */
const histories = fc.array(fc.oneof(account, fc.constant(undefined)), { maxLength: 200 });

it("grants one turn per request, with accounts in rotation and the requests of each in order", () => {
  fc.assert(
    fc.property(histories, (history) => {
      const queue = new TurnQueue<{ account: string; number: number }>();
      /**
       * The model: the waiting work by account, and the number of turns of others since each
       * account began to wait.
       */
      const waiting = new Map<string, number[]>();
      let added = 0;
      const passedOver = new Map<string, Set<string>>();
      for (const name of [...history, ...history.map(() => undefined)]) {
        if (name !== undefined) {
          added += 1;
          queue.add(name, { account: name, number: added });
          waiting.set(name, [...(waiting.get(name) ?? []), added]);
          continue;
        }
        const turn = queue.next();
        expect(turn === undefined).toBe(waiting.size === 0);
        if (turn === undefined) continue;
        expect(queue.hasOthersThan(turn.account)).toBe(
          [...waiting.keys()].some((other) => other !== turn.account),
        );
        const [first, ...others] = waiting.get(turn.account) ?? [];
        expect(turn.number).toBe(first);
        waiting.delete(turn.account);
        if (others.length > 0) waiting.set(turn.account, others);
        // No account gets two turns while another one waits.
        for (const other of waiting.keys()) {
          if (other === turn.account) continue;
          const served = passedOver.get(other) ?? new Set<string>();
          expect(served.has(turn.account)).toBe(false);
          passedOver.set(other, served.add(turn.account));
        }
        passedOver.delete(turn.account);
      }
      expect(queue.isEmpty).toBe(true);
    }),
  );
});
