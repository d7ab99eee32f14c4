// Before each file of tests.
import { configureProperties } from "./properties.ts"
import { beginWithTables } from "./tables.ts"

configureProperties()
await beginWithTables()
