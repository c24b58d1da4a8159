// Writes src/schema.ts, the types of the REST API, from its description on standard input:
//
//   pitwall openapi | node generate.mjs            write it
//   pitwall openapi | node generate.mjs --check    exit 1 when it is not what would be written
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const out = new URL("src/schema.ts", import.meta.url);
const header = "// Generated from the description of the REST API by generate.mjs; do not edit: make generate\n\n";
const described = JSON.parse(readFileSync(0, "utf8"));
const text = header + astToString(await openapiTS(described, { alphabetize: true }));

if (!process.argv.includes("--check")) {
  writeFileSync(out, text);
} else if (readFileSync(out, "utf8") !== text) {
  console.error("clients/typescript: src/schema.ts is not what the description gives: make generate");
  process.exitCode = 1;
}
