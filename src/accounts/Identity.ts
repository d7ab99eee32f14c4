import { Layer } from "effect"
import { AccountAdmin } from "./accounts/AccountAdmin.ts"
import { Members } from "./accounts/Members.ts"
import { ApiKeys } from "./ApiKeys.ts"
import { AuditReports } from "./audit/AuditReports.ts"
import { AuditLog } from "./AuditLog.ts"
import { IdentityVersion } from "./IdentityVersion.ts"
import { HashSecret } from "./keys/HashSecret.ts"
import { KeyAdmin } from "./keys/KeyAdmin.ts"
import { Policies } from "./policies.ts"
import { LoginAttempts } from "./users/LoginAttempts.ts"
import { Passwords } from "./users/Passwords.ts"
import { Standing } from "./Standing.ts"
import { UnderWay } from "./UnderWay.ts"
import { UserAdmin } from "./users/UserAdmin.ts"
import { Users } from "./Users.ts"

/** Users, accounts, keys and the audit log: who may ask, and the management of it. */
export const layer = Layer.mergeAll(
  AccountAdmin.layer,
  ApiKeys.layer,
  AuditReports.layer,
  KeyAdmin.layer,
  Members.layer,
  Policies.layer,
  UserAdmin.layer,
  UnderWay.layer
).pipe(
  Layer.provideMerge(Standing.layer),
  Layer.provideMerge(Users.layer),
  Layer.provideMerge(
    Layer.mergeAll(AuditLog.layer, HashSecret.layer, IdentityVersion.layer, LoginAttempts.layer, Passwords.layer)
  )
)
