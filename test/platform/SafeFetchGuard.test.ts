import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { checkAddress, isPublicAddress, publicOnly, type Resolve } from "../../src/platform/SafeFetchGuard.ts"

const names: Readonly<Record<string, ReadonlyArray<string>>> = {
  "public.test": ["93.184.215.14"],
  "both.test": ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
  localhost: ["127.0.0.1", "::1"],
  "inside.test": ["10.1.2.3"],
  "mixed.test": ["93.184.215.14", "192.168.1.1"],
  "mixed6.test": ["93.184.215.14", "::1"],
  "metadata.test": ["169.254.169.254"],
  "mapped.test": ["::ffff:127.0.0.1"],
  "zone.test": ["fe80::1%eth0"],
  "empty.test": [],
  "words.test": ["no address"]
}
const resolve: Resolve = (host) => {
  const found = names[host]
  return found === undefined ? Effect.fail("unknown") : Effect.succeed(found)
}
const outcome = (url: string) =>
  Effect.map(Effect.result(checkAddress(url, publicOnly, resolve)), (result) =>
    Result.isSuccess(result) ? `ok ${result.success.addresses.join()}` : result.failure.reason
  )

const refused: Readonly<Record<"url" | "port" | "host" | "address", ReadonlyArray<string>>> = {
  url: [
    "",
    "no url",
    "//public.test/a.png",
    "file:///etc/passwd",
    "ftp://public.test/a.png",
    "gopher://public.test/",
    "javascript:alert(1)",
    "data:image/png;base64,AAAA",
    "blob:https://public.test/1",
    "ws://public.test/",
    "http://",
    "http://user@public.test/",
    "http://user:secret@public.test/",
    "http://:secret@public.test/",
    "http://public.test@127.0.0.1/",
    "http://127.0.0.1@public.test/",
    "http://[::1",
    "http://256.256.256.256/",
    "http://[fe80::1%25eth0]/",
    "http://public.test:70000/"
  ],
  port: [
    "http://public.test:22/",
    "http://public.test:25/",
    "http://public.test:81/",
    "http://public.test:6379/",
    "https://public.test:9200/",
    "http://public.test:0/"
  ],
  host: ["http://nowhere.test/", "http://empty.test/"],
  address: [
    "http://localhost/",
    "http://LOCALHOST./",
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.255.255.254/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://0x7f.1/",
    "http://%31%32%37.0.0.1/",
    "http://１２７.０.０.１/",
    "http://①②⑦.0.0.1/",
    "http://127。0。0。1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://10.0.0.1/",
    "http://012.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.0.1/",
    "http://3232235521/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://192.0.2.1/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://198.51.100.7/",
    "http://203.0.113.9/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:93.184.215.14]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::a00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001::1]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://[5f00::1]/",
    "http://inside.test/",
    "http://mixed.test/",
    "http://mixed6.test/",
    "http://metadata.test/",
    "http://mapped.test/",
    "http://zone.test/",
    "http://words.test/"
  ]
}
const taken: Readonly<Record<string, string>> = {
  "http://public.test/a.png": "ok 93.184.215.14",
  "https://public.test/a.png?x=1#y": "ok 93.184.215.14",
  "HTTPS://PUBLIC.TEST./a.png": "ok 93.184.215.14",
  "https://public.test:443/": "ok 93.184.215.14",
  "http://public.test:8080/": "ok 93.184.215.14",
  "https://public.test:8443/": "ok 93.184.215.14",
  "https://both.test/": "ok 93.184.215.14,2606:2800:21f:cb07:6820:80da:af6b:8b2c",
  "http://8.8.8.8/": "ok 8.8.8.8",
  "http://134744072/": "ok 8.8.8.8",
  "http://[2606:4700:4700::1111]/": "ok 2606:4700:4700::1111",
  "http://172.15.0.1/": "ok 172.15.0.1",
  "http://172.32.0.1/": "ok 172.32.0.1",
  "http://100.63.0.1/": "ok 100.63.0.1",
  "http://100.128.0.1/": "ok 100.128.0.1",
  "http://223.255.255.254/": "ok 223.255.255.254"
}

describe("the guard of addresses", () => {
  for (const [reason, urls] of Object.entries(refused)) {
    it.effect.each(urls)(`refuses %s by its ${reason}`, (url) =>
      Effect.map(outcome(url), (seen) => assert.strictEqual(seen, reason))
    )
  }

  it.effect.each(Object.entries(taken))("lets %s through", ([url, expected]) =>
    Effect.map(outcome(url), (seen) => assert.strictEqual(seen, expected))
  )

  it.effect("asks for a name once", () => {
    let asked = 0
    const counting: Resolve = (host) => Effect.suspend(() => (asked++, resolve(host)))
    return Effect.gen(function* () {
      yield* checkAddress("http://public.test/", publicOnly, counting)
      assert.strictEqual(asked, 1)
    })
  })

  it("takes nothing but an address for a public address", () => {
    for (const text of ["", "localhost", "8.8.8", "8.8.8.8/8", " 8.8.8.8", "08.8.8.8"]) {
      assert.isFalse(isPublicAddress(text), text)
    }
  })
})
