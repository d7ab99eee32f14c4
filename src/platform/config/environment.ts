/** What a process was started with: names and values, an absent or empty one being "not set". */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The environment of this process. The one place that reads `process.env`: everything else is given an `Environment`.
 */
export const processEnvironment = (): Environment => process.env
