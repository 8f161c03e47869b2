/** `malformed`: no chat completion came; `cut-short`: one began and did not end. */
export type BrokenReplyKind = 'malformed' | 'cut-short';

/** A response that began well (HTTP 200) and came to nothing. The message says how, without a subject. */
export class BrokenReply extends Error {
  override readonly name = 'BrokenReply';
  readonly kind: BrokenReplyKind;

  constructor(kind: BrokenReplyKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
