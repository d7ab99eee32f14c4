export const renamed: Readonly<Record<string, string>>
export const mapImports: (text: string) => string
export const mapSqliteDriver: (packageFolder?: string) => number
