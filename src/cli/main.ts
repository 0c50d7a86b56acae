/** The command line program. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const manifest = join(import.meta.dirname, '..', '..', 'package.json')
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
process.stdout.write(`orderhub ${version} ${process.argv.slice(2).join(' ')}\n`)
