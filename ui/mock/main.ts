import { fileURLToPath } from 'node:url'
import { startMock } from './server.ts'

const port = Number(process.env['PORT'] ?? 4810)
const { url } = await startMock({
  port,
  page: fileURLToPath(new URL('../../dist/ui', import.meta.url)),
})
process.stdout.write(`Mock of the API with the built page: ${url}\n`)
