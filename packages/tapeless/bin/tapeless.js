#!/usr/bin/env node
import { main } from "@tapeless/codegen/cli";

process.exitCode = await main(process.argv.slice(2));
