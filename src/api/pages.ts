/** The browser pages: files of the built UI, and its first page for every address that is none of the API's. */
import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

export type Pages = {
  /** Answers with the page where a browser asks for one; false when it is not this room's to answer. */
  readonly show: (request: FastifyRequest, reply: FastifyReply) => boolean
}

/** Files under `assets` carry a hash in their names and never change. */
const forever = 'public, max-age=31536000, immutable'

export async function servePages(app: FastifyInstance, uiDir: string | undefined): Promise<Pages> {
  const built = uiDir !== undefined && existsSync(join(uiDir, 'index.html'))
  if (built) {
    await app.register(fastifyStatic, {
      root: uiDir,
      cacheControl: false,
      setHeaders: (response, path) => {
        response.header('cache-control', path.includes(`${sep}assets${sep}`) ? forever : 'no-cache')
      },
    })
  }
  return {
    show(request, reply) {
      const { pathname } = new URL(request.url, 'http://hub')
      const isPage =
        request.method === 'GET' &&
        !/^\/(?:v1|enter|assets)(?:\/|$)/.test(pathname) &&
        !/\.[a-z0-9]+$/i.test(pathname)
      if (!isPage) return false
      if (built) void reply.status(200).sendFile('index.html')
      else void reply.status(200).type('text/html; charset=utf-8').send(notBuilt)
      return true
    },
  }
}

const notBuilt = `<!doctype html><html lang="en"><title>Order Information Hub</title><h1>The hub runs</h1>
<p>Its pages are not built. The API is described under <a href="/docs">/docs</a>.</p></html>`
