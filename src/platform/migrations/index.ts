import { createQuestions } from "./0001_create_questions.ts"
import { createProviders } from "./0002_create_providers.ts"
import { createModelCalls } from "./0003_create_model_calls.ts"
import { createAdminKey } from "./0004_create_admin_key.ts"
import { bankManagement } from "./0005_bank_management.ts"
import { createTransferJobs } from "./0006_create_transfer_jobs.ts"
import { createPacks } from "./0007_create_packs.ts"
import { createRuns } from "./0008_create_runs.ts"
import { createResponses } from "./0009_create_responses.ts"
import { createAccounts } from "./0010_create_accounts.ts"
import { createCredit } from "./0011_create_credit.ts"
import { addOwners } from "./0012_add_owners.ts"
import { createSettings } from "./0013_create_settings.ts"
import { addImportReports } from "./0014_add_import_reports.ts"
import { exactBills } from "./0015_exact_bills.ts"
import { addLimitsGranted } from "./0016_add_limits_granted.ts"
import { keepAdminKey } from "./0017_keep_admin_key.ts"

/**
 * Every migration by `<number>_<name>`, in the order they run. Append only: what has run on somebody's database stays as
 * it is. A test holds this list against the folder.
 */
export const migrations = {
  "0001_create_questions": createQuestions,
  "0002_create_providers": createProviders,
  "0003_create_model_calls": createModelCalls,
  "0004_create_admin_key": createAdminKey,
  "0005_bank_management": bankManagement,
  "0006_create_transfer_jobs": createTransferJobs,
  "0007_create_packs": createPacks,
  "0008_create_runs": createRuns,
  "0009_create_responses": createResponses,
  "0010_create_accounts": createAccounts,
  "0011_create_credit": createCredit,
  "0012_add_owners": addOwners,
  "0013_create_settings": createSettings,
  "0014_add_import_reports": addImportReports,
  "0015_exact_bills": exactBills,
  "0016_add_limits_granted": addLimitsGranted,
  "0017_keep_admin_key": keepAdminKey
}
