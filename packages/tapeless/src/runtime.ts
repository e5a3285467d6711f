export * from "@tapeless/runtime";
