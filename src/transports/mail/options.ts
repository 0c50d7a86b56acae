/** Options of `transport: { kind: mail, ... }`: a mailbox that is read over IMAP; what is sent to it, openly or as BCC. */
import { z } from 'zod'
import { clientCredentials } from '../oauth.ts'
import { checkedOptions } from '../options.ts'
import { secretReference, setting } from '../secret.ts'

const schema = z
  .strictObject({
    kind: z.literal('mail').optional(),
    host: setting,
    port: z.number().int().min(1).max(65_535).optional(),
    /** Encrypted from the start (port 993), or by STARTTLS (port 143). */
    tls: z.enum(['implicit', 'starttls']).default('implicit'),
    ca: secretReference.optional(),
    user: setting,
    password: secretReference.optional(),
    /** Instead of a password, as Microsoft 365 and Google want it. */
    oauth: z.strictObject(clientCredentials).optional(),
    mailbox: z.string().min(1).max(200).default('INBOX'),
    /** What becomes a receipt: each attachment, the text of the message, or the message as it was sent. */
    take: z.enum(['attachments', 'text', 'message']).default('attachments'),
    /** A glob over names of attachments. */
    pattern: z.string().min(1).max(200).default('*'),
    /** Globs over addresses of senders; others are passed over. An address is easily forged: see `dmarcBy`. */
    from: z.array(z.string().min(1).max(300)).max(100).optional(),
    /** Only messages for which this server of ours noted `dmarc=pass` in Authentication-Results (RFC 8601). */
    dmarcBy: z.string().min(1).max(300).optional(),
    /** Of a message that was read: marked as seen, moved to a mailbox, or left as it is. */
    afterwards: z
      .union([z.enum(['seen', 'leave']), z.strictObject({ moveTo: z.string().min(1).max(200) })])
      .default('seen'),
    /** How often is looked when the server announces nothing. */
    everySeconds: z.number().min(0.05).max(1500).default(60),
  })
  .refine(({ password, oauth }) => (password === undefined) !== (oauth === undefined), {
    error: 'either password or oauth',
  })

export type MailOptions = z.output<typeof schema>

export const mailOptions = checkedOptions('mail', schema)
