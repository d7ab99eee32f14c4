import { Scope } from "../../platform/Caller.ts"
import type { User } from "../Users.ts"

const all: ReadonlySet<Scope> = new Set(Scope.literals)
// The bank is everybody's: to change it takes an administrator, or a key that one has made for it.
const ordinary: ReadonlySet<Scope> = new Set<Scope>(["ask", "chat", "bank:read"])

/** What a user may do at most. */
export const scopesOf = ({ admin }: Pick<User, "admin">): ReadonlySet<Scope> => (admin ? all : ordinary)
