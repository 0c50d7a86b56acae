import { Dialog } from '#ui/design/Overlay.tsx'
import { setSingleKeys, useSingleKeys } from '#ui/design/keys.ts'
import { ToneMark } from '#ui/design/StatusMark.tsx'
import { words } from '#ui/words/en.ts'

const { help } = words
type Shortcut = readonly [keys: readonly string[], does: string]
const groups: readonly (readonly [title: string, shortcuts: readonly Shortcut[]])[] = [
  [
    help.groups.everywhere,
    [
      [['/'], help.search],
      [['Ctrl K'], help.search],
      [['g', 'o'], help.orders],
      [['g', 'q'], help.quarantine],
      [['g', 'l'], help.ledger],
      [['t'], help.theme],
      [['?'], help.help],
      [['Esc'], help.escape],
    ],
  ],
  [
    help.groups.list,
    [
      [['j'], help.next],
      [['k'], help.previous],
      [['↵'], help.enter],
      [['p'], help.pause],
    ],
  ],
  [
    help.groups.order,
    [
      [['['], help.earlier],
      [[']'], help.later],
      [['n'], help.now],
      [['v'], help.view],
    ],
  ],
]
const tones = [
  ['track', 0.6],
  ['done', 1],
  ['hazard', 0],
  ['critical', 0],
  ['unknown', 0],
  ['closed', 0],
] as const

/** Every shortcut, the marks of states, and the switch for single keys. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const single = useSingleKeys()
  return (
    <Dialog title={help.title} label={help.title} closeLabel={help.close} onClose={onClose}>
      <div className="help">
        {groups.map(([title, shortcuts]) => (
          <section key={title}>
            <h3 className="help-title">{title}</h3>
            <dl className="help-keys">
              {shortcuts.map(([keys, does]) => (
                <div key={keys.join('')}>
                  <dt>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3 className="help-title">{help.states}</h3>
          <ul className="help-states">
            {tones.map(([tone, progress]) => (
              <li key={tone} className={`status tone-${tone}`}>
                <ToneMark tone={tone} progress={progress} />
                {words.tone[tone]}
              </li>
            ))}
          </ul>
        </section>
      </div>
      <label className="help-single">
        <input
          type="checkbox"
          checked={single}
          onChange={(event) => setSingleKeys(event.target.checked)}
        />
        <span>
          {help.single}
          <span className="quiet"> {help.singleHint}</span>
        </span>
      </label>
    </Dialog>
  )
}
