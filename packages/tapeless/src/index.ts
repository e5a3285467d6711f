export * from "@tapeless/types";
