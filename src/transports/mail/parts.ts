/** What of a message is for us. */
import { matchesGlob } from 'node:path'
import PostalMime, { type Email } from 'postal-mime'
import type { MailOptions } from './options.ts'

export type Part = { readonly name: string; readonly bytes: Buffer }

const nestingMax = 64

/** The parts to take, in their order; none for a message that is not for us. */
export async function partsOf(options: MailOptions, source: Buffer): Promise<Part[]> {
  const email = await PostalMime.parse(source, {
    attachmentEncoding: 'arraybuffer',
    maxNestingDepth: nestingMax,
  })
  if (!isWelcome(options, email)) return []
  const id = (email.messageId ?? '').replaceAll(/[<>\s]/g, '').slice(0, 200)
  switch (options.take) {
    case 'message':
      return [{ name: id, bytes: source }]
    case 'text': {
      const text = email.text ?? ''
      return text.trim() === '' ? [] : [{ name: id, bytes: Buffer.from(text) }]
    }
    case 'attachments':
      return email.attachments.flatMap(({ filename, content, disposition }) => {
        const name = (filename ?? '').split(/[\\/]/).at(-1)!.slice(0, 255)
        // A logo in a signature is no document, unless somebody asks for it by name.
        if (disposition === 'inline' && options.pattern === '*') return []
        if (!matchesGlob(name === '' ? 'unnamed' : name, options.pattern)) return []
        return [{ name, bytes: Buffer.from(content as ArrayBuffer) }]
      })
  }
}

function isWelcome({ from, dmarcBy }: MailOptions, email: Email): boolean {
  if (from !== undefined) {
    const address = email.from?.address?.toLowerCase() ?? ''
    if (!from.some((glob) => matchesGlob(address, glob.toLowerCase()))) return false
  }
  return dmarcBy === undefined || passedDmarc(email, dmarcBy)
}

/** Servers add their lines at the top: the first of ours counts, one that a sender wrote stands below it. */
function passedDmarc(email: Email, server: string): boolean {
  const first = email.headers.find(({ key }) => key === 'authentication-results')
  const [by = '', ...results] = (first?.value ?? '').split(';')
  if (by.trim().split(/\s+/)[0]?.toLowerCase() !== server.toLowerCase()) return false
  return results.some((result) => /^\s*dmarc\s*=\s*pass\b/i.test(result))
}
