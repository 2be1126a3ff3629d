// One hash of these files and folders, by names and contents; node_modules is left out. usage: stamp.mjs PATH…
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const files = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name !== 'node_modules')
        .sort()
        .flatMap((name) => files(join(path, name)))
    : [path]

const hash = createHash('sha256')
for (const file of process.argv.slice(2).flatMap(files)) hash.update(`${file}\0`).update(readFileSync(file)).update('\0')
console.log(hash.digest('hex'))
