import { isLoopbackHost } from "../loopback.ts"
import type { DecodedSettings } from "./Settings.ts"

/**
 * What says that others than the programs of this machine come to the service, in words that follow "for" or "since"; `undefined` where
 * nothing does. A proxy or a tunnel that nobody set up here is not seen by this.
 */
export const exposedBy = ({
  host,
  publicUrl,
  trustedProxies
}: Pick<DecodedSettings["server"], "host" | "publicUrl" | "trustedProxies">): string | undefined => {
  if (!isLoopbackHost(host)) return `other machines reach Siku at ${host} (server.host)`
  if (publicUrl !== undefined) return `clients come by ${publicUrl} (server.public_url)`
  return trustedProxies.length > 0 ? "a proxy passes requests on (server.trusted_proxies)" : undefined
}
