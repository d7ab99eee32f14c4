// At SIGUSR1 Node opens its debugger, and with it everything the process knows and may do, to all programs of this machine. Who wants it
// starts Node with --inspect. Imported first, so that it holds from the beginning.
process.on("SIGUSR1", () => undefined)
// Other services open their logs anew at it; Node would end.
process.on("SIGUSR2", () => undefined)
