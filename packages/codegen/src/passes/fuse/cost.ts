/** What the fusion allows itself, in the units of ir/kernel/cost.ts. */

/** Above this a value that a loop would compute again and again for the same index is stored. */
export const repeatBudget = 3;
/** Statements and operators a kernel may have before it is split: functions stay under what V8 optimises. */
export const kernelBudget = 400;

/** In functions too long for one kernel: equations that may be computed inside of one value. */
export const chainBudget = 48;
