import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

// The same code runs from src/ and, bundled, from dist/: the project begins where its package.json lies.
const findRoot = (folder: string): string =>
  existsSync(join(folder, "package.json")) || dirname(folder) === folder ? folder : findRoot(dirname(folder))

const root = findRoot(dirname(fileURLToPath(import.meta.url)))

/** The absolute path of a file that ships with the project. */
export const projectFile = (...segments: ReadonlyArray<string>): string => join(root, ...segments)
