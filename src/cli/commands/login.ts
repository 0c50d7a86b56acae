import type { Command } from 'commander'
import { runningHub } from '#hub/announcement.ts'
import { HubError } from '#model/error.ts'
import { type Call, declare, type Program } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { askHub } from '../hub-client.ts'

export function loginCommand(parent: Command, program: Program): void {
  declare(parent, program, {
    use: 'login',
    summary: 'make a link that logs a browser in, once',
    examples: [
      ['login', 'a link for the hub on the usual data directory'],
      ['login --json', 'the link and when it ends'],
    ],
    run: login,
  })
}

async function login({ config: read, json, terminal }: Call): Promise<ExitCode> {
  const hub = await runningHub(read().data)
  if (hub === undefined) throw noHub(read().data)
  const request = {
    method: 'POST',
    path: '/v1/entries',
    type: 'application/json',
    body: '{}',
    signal: terminal.signal,
  } as const
  const entry = await askHub<{ url: string; expiresAt: string }>(hub, request)
  terminal.out(json ? JSON.stringify(entry) : entry.url)
  return exitCodes.done
}

/** For commands that are nothing without a running hub. */
export function noHub(data: string): HubError {
  return new HubError({
    code: 'HUB_NOT_RUNNING',
    message: `No hub runs on ${data}.`,
    hint: 'Start one with "orderhub start", or name its directory with --data.',
  })
}
