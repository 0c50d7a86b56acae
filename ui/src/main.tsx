import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import '#ui/design/tokens.css'
import '#ui/design/base.css'
import '#ui/design/design.css'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiProblem } from '#ui/data/api.ts'
import { startLive } from '#ui/data/live.ts'
import { router } from '#ui/router.tsx'
import { setDenied } from '#ui/shell/access.ts'

const isDenied = (error: Error) => error instanceof ApiProblem && error.status === 401

const client = new QueryClient({
  queryCache: new QueryCache({ onError: (error) => isDenied(error) && setDenied(true) }),
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // The live connection says what changed; a list must not jump because a window got the focus.
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiProblem && (error.status === 0 || error.status >= 502),
    },
  },
})

startLive()

const root = document.getElementById('root')
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  )
}
