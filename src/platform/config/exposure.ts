import { isLoopbackHost } from "../loopback.ts"
import { exposedBy } from "./exposedBy.ts"
import type { Settings } from "./Settings.ts"

/** A sentence about who can use the service, and, where that is hardly meant, what to do. */
export interface Exposure {
  readonly level: "ok" | "warning" | "problem"
  readonly text: string
  readonly remedy?: string
}

const everybody = new Set(["*", "0.0.0.0/0", "::/0"])

/** Who can reach the service, who needs a key, and whether what stands before it fits what is said of it: for the start and the doctor. */
export const exposure = (settings: Pick<Settings, "security" | "server">): ReadonlyArray<Exposure> => {
  const { publicUrl, trustedProxies } = settings.server
  const found: Array<Exposure> = [whoNeedsKeys(settings)]
  if (trustedProxies.some((proxy) => everybody.has(proxy)))
    found.push({
      level: "problem",
      text: "server.trusted_proxies names every address: anybody could pass for anybody else",
      remedy: "name the addresses of your proxies only"
    })
  if (publicUrl !== undefined && trustedProxies.length === 0)
    found.push({
      level: "warning",
      text: `clients come by ${publicUrl}, but no proxy is trusted: all of them count as one address`,
      remedy: "set server.trusted_proxies to the address of the proxy, such as 127.0.0.1"
    })
  if (publicUrl === undefined && trustedProxies.length > 0)
    found.push({
      level: "warning",
      text: "there are trusted proxies, but no server.public_url: addresses that clients are shown are guessed",
      remedy: "set server.public_url to the address clients come by"
    })
  if (publicUrl?.startsWith("http://") === true && !isLoopbackHost(new URL(publicUrl).hostname))
    found.push({
      level: "warning",
      text: `keys and passwords go to ${publicUrl} unencrypted`,
      remedy: "let the proxy take https://"
    })
  return found
}

const whoNeedsKeys = ({ security, server }: Pick<Settings, "security" | "server">): Exposure => {
  const why = exposedBy(server)
  switch (security.authentication) {
    case "required":
      return {
        level: "ok",
        text:
          why === undefined
            ? "only this machine reaches Siku, and everybody needs a key or a login"
            : `${why}; everybody needs a key or a login`
      }
    case "off":
      return why === undefined
        ? {
            level: "ok",
            text: "only this machine reaches Siku, and nobody needs a key but for the management. Whoever a proxy or a tunnel on this machine passes on asks at your cost, too, and so does a web page that gives this machine a name of its own"
          }
        : {
            level: "problem",
            text: `whoever comes can ask, at your cost: ${why}, and nobody needs a key`,
            remedy: 'set security.authentication to "required", or keep the service to this machine'
          }
    case "local":
      return why === undefined
        ? {
            level: "ok",
            text: `only this machine reaches Siku at ${server.host}, and its programs need no key. A proxy or a tunnel on this machine that passes requests on from elsewhere cannot be told from them: before you set one up, set server.public_url, and everybody needs a key`
          }
        : {
            level: "warning",
            text: `${why}, and programs of this machine need no key (security.authentication is "local"): whoever a proxy or a tunnel on this machine passes on without saying so asks at your cost`,
            remedy: 'leave security.authentication out, or set it to "required"'
          }
  }
}
