/** The key of the management routes of the service that is measured. */
export const adminKey = "siku-admin-of-the-hostile-0123456789"
/** The provider and model that answer there. */
export const plainModel = "custom/hostile-model"
