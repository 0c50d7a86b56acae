import { useMutation, useQueryClient } from '@tanstack/react-query'
import { settleQuarantined } from '#ui/data/queries.ts'

/** Replays or discards records one after the other; the list is read again whatever happens, so that it shows what was done. */
export function useSettle() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({
      ids,
      action,
    }: {
      ids: readonly string[]
      action: 'replay' | 'discard'
    }) => {
      for (const id of ids) await settleQuarantined(id, action)
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['quarantine'] }),
  })
}
