import type { User } from "../Users.ts"
import type { UserView } from "./Api.ts"

/** A user as it is shown. */
export const viewOf = (user: User): typeof UserView.Type => ({
  id: user.id,
  email: user.email,
  name: user.name,
  age: user.age,
  admin: user.admin,
  active: user.active,
  created_at: user.createdAt,
  updated_at: user.updatedAt
})
