/** Ids appear in model names (`id/model`), in paths and in names of environment variables. */
const PROVIDER_ID_FORM = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/
export const PROVIDER_ID_ALLOWED = "an id of 1 to 64 letters, digits, dots, hyphens and underscores"
export const isProviderId = (id: string): boolean => PROVIDER_ID_FORM.test(id)
