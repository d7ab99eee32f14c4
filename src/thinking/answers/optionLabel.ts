/** What stands before an option: `A` to `Z`, then `27` and on. Places count from 0. */
export const optionLabel = (place: number): string => (place < 26 ? String.fromCharCode(65 + place) : String(place + 1))
