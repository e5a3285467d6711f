/** What an app uses beside generated modules, as `tapeless/runtime`; it works without everything else here. */
export * from "@tapeless/runtime";
