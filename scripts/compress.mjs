// Puts a .br and a .gz beside every text and WASM file of the site, prints what the browser must load,
// and fails when the WASM is over its budget. usage: compress.mjs SITE
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

// Bytes of brotli, for the whole application.
const BUDGET = 620_000
const site = process.argv[2]
const compressible = new Set(['.wasm', '.js', '.css', '.svg', '.html', '.json', '.txt'])

const brotli = (data) =>
  brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: data.length } })
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10)

let wasm = 0
const files = readdirSync(site, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && compressible.has(extname(entry.name)))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
for (const file of files.sort()) {
  const data = readFileSync(file)
  const small = brotli(data)
  writeFileSync(`${file}.br`, small)
  writeFileSync(`${file}.gz`, gzipSync(data, { level: 9 }))
  console.log(`${kB(data.length)}  brotli ${kB(small.length)}  ${relative(site, file)}`)
  if (file.endsWith('.wasm')) wasm += small.length
}
if (wasm === 0) throw new Error(`no WASM in ${site}`)
console.log(`WASM with brotli: ${wasm} bytes of at most ${BUDGET}`)
if (wasm > BUDGET) {
  console.error(`error: the WASM is ${wasm - BUDGET} bytes over its budget`)
  process.exit(1)
}
