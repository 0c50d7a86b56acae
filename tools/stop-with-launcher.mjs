/** Preloaded into the hub: when its launcher is killed, the hub stops as if it had been asked to. */
if (process.channel) {
  process.channel.unref()
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
}
