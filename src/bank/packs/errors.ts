import { Schema } from "effect"

/** The file is no sound pack; `line` is where, if one line is to blame, from 1. */
export class PackInvalid extends Schema.TaggedError<PackInvalid>()("PackInvalid", {
  file: Schema.String,
  detail: Schema.String,
  line: Schema.optionalKey(Schema.Finite)
}) {
  override get message(): string {
    return `${this.file} is no sound pack: ${this.line === undefined ? "" : `line ${this.line}: `}${this.detail}`
  }
}

/** Nobody has said that this publisher is to be trusted with a pack of this name. */
export class PublisherUnknown extends Schema.TaggedError<PublisherUnknown>()("PublisherUnknown", {
  name: Schema.String,
  fingerprint: Schema.String,
  /** What was expected, where somebody said. */
  expected: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    return this.expected === undefined
      ? `the pack ${this.name} is signed by ${this.fingerprint}, from whom no pack of this name was installed before`
      : `the pack ${this.name} is signed by ${this.fingerprint}, not by ${this.expected}`
  }
}

/** A pack of this name is there, whole or in part. */
export class PackInstalled extends Schema.TaggedError<PackInstalled>()("PackInstalled", {
  name: Schema.String,
  /** What is there. */
  version: Schema.String,
  state: Schema.Literals(["installing", "installed", "removing"]),
  /** Whether it is the same pack, byte for byte. */
  isSame: Schema.Boolean,
  policy: Schema.String
}) {
  override get message(): string {
    const pack = `${this.name} ${this.version}`
    const remedy = `npm start -- pack remove ${this.name}`
    switch (this.state) {
      case "installing":
        return this.isSame
          ? `${pack} is half installed with --policy ${this.policy}: run that command again to finish it, or take it out first: ${remedy}`
          : `${pack} is half installed: install its file again to finish it, or take it out first: ${remedy}`
      case "installed":
        return this.isSame ? `${pack} is installed already` : `${pack} is installed; take it out first: ${remedy}`
      case "removing":
        return `${pack} is half taken out; finish that first: ${remedy}`
    }
  }
}

/** There is no pack of this name. */
export class PackNotFound extends Schema.TaggedError<PackNotFound>()("PackNotFound", { name: Schema.String }) {
  override get message(): string {
    return `no pack ${this.name} is installed: npm start -- pack list shows those that are`
  }
}

/** Somebody else installs or removes this pack at the same time. */
export class PackBusy extends Schema.TaggedError<PackBusy>()("PackBusy", { name: Schema.String }) {
  override get message(): string {
    return `somebody else installs or removes the pack ${this.name} right now`
  }
}

/** There is nothing to make a pack of, or no place for it. */
export class PackNotMade extends Schema.TaggedError<PackNotMade>()("PackNotMade", { detail: Schema.String }) {
  override get message(): string {
    return `the pack was not made: ${this.detail}`
  }
}

/** The key that packs are signed with cannot be used. Holds nothing of the key itself. */
export class PublisherKeyUnusable extends Schema.TaggedError<PublisherKeyUnusable>()("PublisherKeyUnusable", {
  file: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `the key that packs are signed with, ${this.file}, cannot be used: ${this.detail}`
  }
}
