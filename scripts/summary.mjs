// Adds up what the runners said into one closing line. usage: summary.mjs FOLDER STATUS
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, status] = process.argv.slice(2)
let passed = 0
let failed = 0

const cargo = join(folder, 'cargo.log')
if (existsSync(cargo)) {
  for (const [, ok, bad] of readFileSync(cargo, 'utf8').matchAll(/^test result: \S+ (\d+) passed; (\d+) failed;/gm)) {
    passed += Number(ok)
    failed += Number(bad)
  }
}
const playwright = join(folder, 'playwright.json')
if (existsSync(playwright)) {
  const { stats, errors } = JSON.parse(readFileSync(playwright, 'utf8'))
  passed += stats.expected
  failed += stats.unexpected + stats.flaky + stats.skipped + errors.length
}
if (status !== '0' && failed === 0) failed = 1
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
