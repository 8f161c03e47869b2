import type { Fault } from '../../contract/engineContract';
import type { ModelErrorKind } from '../../models/languageModel';

/** What a person can do about a run that failed. */
export type Remedy =
  | 'Set API Key'
  | 'Set Endpoint'
  | 'Change Model'
  | 'Open Settings'
  | 'Try Again'
  | 'Try Offline'
  | 'Show Log';

/** The remedies that fit, most likely first. At most three, or the message grows a scroll bar. */
export function remediesFor(fault: Fault, modelError: ModelErrorKind | null): readonly Remedy[] {
  switch (fault) {
    case 'kernel':
    case 'repository':
    case 'usage':
      return ['Open Settings', 'Show Log'];
    case 'storage':
    case 'bug':
      return ['Try Again', 'Show Log'];
    case 'model':
      return remediesForModel(modelError);
  }
}

function remediesForModel(kind: ModelErrorKind | null): readonly Remedy[] {
  switch (kind) {
    case 'authentication':
      return ['Set API Key', 'Try Offline', 'Show Log'];
    case 'not-found':
      return ['Change Model', 'Set Endpoint', 'Show Log'];
    case 'unreachable':
      return ['Try Again', 'Set Endpoint', 'Try Offline'];
    case 'rate-limit':
    case 'server':
      return ['Try Again', 'Change Model', 'Try Offline'];
    case 'context-length':
    case 'content-filter':
    case 'bad-request':
    case 'malformed':
    case 'oversized':
    case null:
      return ['Change Model', 'Try Offline', 'Show Log'];
  }
}
