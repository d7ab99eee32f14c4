/**
 * What is given up as the budget runs out: the shares of it from which steps are tested no more, threads are asked to conclude, and
 * no further thread begins.
 */
export const Pressure = { noValidation: 0.5, fewerSteps: 0.65, fewerThreads: 0.8 } as const
