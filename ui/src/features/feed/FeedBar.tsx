import { useConnection } from '#ui/data/live.ts'
import { Icon } from '#ui/design/Icon.tsx'
import { words } from '#ui/words/en.ts'
import type { ListPause } from '#ui/features/feed/FeedList.tsx'

type BarProps = {
  count: number
  more: boolean
  why: Exclude<ListPause, null> | 'hand' | null
  waiting: number
  byHand: boolean
  onToggle: () => void
}

/** Whether the list follows, why not, how much waits, and the button that holds it. */
export function FeedBar({ count, more, why, waiting, byHand, onToggle }: BarProps) {
  const { state } = useConnection()
  const following = why === null && state === 'live'
  const toTop = () => document.querySelector('.feed-scroller')?.scrollTo({ top: 0 })
  return (
    <div className="feed-bar">
      <h1 className="feed-title">{words.feed.live}</h1>
      <span className="feed-count figures quiet">
        {words.feed.loaded(count)}
        {more ? `, ${words.feed.more}` : ''}
      </span>
      <span className="feed-follow" role="status" aria-live="off">
        {waiting > 0 && (
          <button type="button" className="feed-waiting" onClick={byHand ? onToggle : toTop}>
            {words.feed.waiting(waiting)}
          </button>
        )}
        <span
          className={following ? 'feed-mode' : 'feed-mode feed-mode-paused'}
          title={why === null ? undefined : words.feed.pausedWhy[why]}
        >
          {following
            ? words.feed.following
            : why === null
              ? words.feed.notFollowing
              : words.feed.paused}
          {why !== null && <span className="feed-why quiet">: {words.feed.pausedWhy[why]}</span>}
        </span>
      </span>
      <button
        type="button"
        className="button"
        aria-pressed={byHand}
        onClick={onToggle}
        title={`${byHand ? words.feed.resume : words.feed.pause} (p)`}
      >
        <Icon name={byHand ? 'play' : 'pause'} size={14} />
        {byHand ? words.feed.resume : words.feed.pause}
      </button>
    </div>
  )
}
