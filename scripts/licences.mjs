// Reads the licences of everything that is built in or served, and fails on one that is not allowed.
// usage: cargo metadata … | licences.mjs crates PLATFORM;  licences.mjs npm LOCKFILE (without development packages)
import { readFileSync } from 'node:fs'

const ALLOWED = new Set([
  'MIT', 'MIT-0', 'Apache-2.0', 'BSD-1-Clause', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'Zlib', 'Unicode-3.0', 'Unicode-DFS-2016', 'MPL-2.0',
  'CC0-1.0', '0BSD', 'BSL-1.0', 'CDLA-Permissive-2.0', 'OFL-1.1', 'Unlicense',
])
// Exceptions only widen what a licence permits.
const EXCEPTIONS = new Set(['LLVM-exception'])

// SPDX: `or` binds weaker than `and`, `with` strongest; crates still write `/` for `or`.
export function allowed(expression) {
  const tokens = expression.replaceAll('/', ' OR ').replace(/[()]/g, ' $& ').trim().split(/\s+/)
  let at = 0
  const eat = (word) => tokens[at]?.toUpperCase() === word && (at++, true)
  const any = () => {
    let ok = all()
    while (eat('OR')) ok = all() || ok
    return ok
  }
  const all = () => {
    let ok = one()
    while (eat('AND')) ok = one() && ok
    return ok
  }
  const one = () => {
    if (eat('(')) {
      const ok = any()
      if (!eat(')')) throw new Error(`unbalanced: ${expression}`)
      return ok
    }
    const ok = ALLOWED.has(tokens[at++])
    return eat('WITH') ? EXCEPTIONS.has(tokens[at++]) && ok : ok
  }
  const ok = any()
  if (at !== tokens.length) throw new Error(`not a licence expression: ${expression}`)
  return ok
}

function crates(metadata) {
  const used = new Set(metadata.resolve.nodes.map((node) => node.id))
  return metadata.packages
    .filter((p) => used.has(p.id) && p.source !== null)
    .map((p) => ({ name: `${p.name} ${p.version}`, licence: p.license }))
}

function npm(lock) {
  return Object.entries(lock.packages)
    .filter(([path, p]) => path !== '' && !p.dev && !p.link)
    .map(([path, p]) => ({ name: `${path.split('node_modules/').pop()} ${p.version}`, licence: p.license }))
}

const [kind, what] = process.argv.slice(2)
const read = (file) => JSON.parse(readFileSync(file, 'utf8'))
const packages = kind === 'crates' ? crates(read('/dev/stdin')) : npm(read(what))
const refused = packages.filter((p) => !p.licence || !allowed(p.licence))
console.log(`${kind} ${what}: ${packages.length} packages, ${refused.length} refused`)
for (const p of refused) console.error(`error: ${p.name}: ${p.licence ?? 'no licence stated'}`)
if (packages.length === 0 || refused.length > 0) process.exitCode = 1
