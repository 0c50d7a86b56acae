/**
 * Posts single scans at a fixed rate, whatever the answers take (open loop), from a process of its own; every tenth is
 * then asked for until the API shows it. Sends its parent the milliseconds from sending to seeing.
 */
import { Agent, request } from 'node:http'

type Job = {
  readonly url: string
  readonly key: string
  readonly perSecond: number
  readonly seconds: number
  readonly orders: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const askEvery = 10

process.once('message', (job: Job) => {
  void run(job).then((seen) => process.send?.(seen, () => process.disconnect?.()))
})

async function run(job: Job): Promise<{ seen: number[]; acknowledged: number[]; failed: number }> {
  const result = { seen: [] as number[], acknowledged: [] as number[], failed: 0 }
  const pending: Promise<void>[] = []
  const started = performance.now()
  const count = job.perSecond * job.seconds
  for (let sent = 0; sent < count;) {
    const due = Math.min(count, Math.floor(((performance.now() - started) / 1000) * job.perSecond))
    for (; sent < due; sent++)
      pending.push(one(job, sent, result).catch(() => void result.failed++))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(pending)
  return result
}

async function one(
  job: Job,
  n: number,
  result: { seen: number[]; acknowledged: number[] },
): Promise<void> {
  const delivery = String(60_000_000 + (n % job.orders))
  const ts = Date.now()
  const scan = {
    v: 1,
    device: 'FRA1-H17',
    site: 'FRA1',
    ts,
    scan: n % 2 === 0 ? 'PICK' : 'PACK',
    co: 'servers',
    order: `9${delivery}`,
    delivery,
  }
  const from = performance.now()
  await call(job, 'POST', '/v1/sources/warehouse-scans/records', `${JSON.stringify(scan)}\n`)
  result.acknowledged.push(performance.now() - from)
  if (n % askEvery !== 0) return
  const at = new Date(ts).toISOString()
  for (;;) {
    const body = await call(job, 'GET', `/v1/orders/${delivery}?type=delivery`, null)
    if (body.includes(at)) break
  }
  result.seen.push(performance.now() - from)
}

function call(job: Job, method: string, path: string, body: string | null): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${job.key}`,
      ...(body === null
        ? {}
        : { 'content-type': 'application/x-ndjson', 'content-length': Buffer.byteLength(body) }),
    }
    const req = request(`${job.url}${path}`, { method, agent, headers }, (res) => {
      let text = ''
      res.setEncoding('utf8')
      res.on('data', (part: string) => (text += part))
      res.on('end', () =>
        res.statusCode === 200 ? resolve(text) : reject(new Error(`${res.statusCode} ${text}`)),
      )
    })
    req.on('error', reject)
    req.end(body ?? undefined)
  })
}
