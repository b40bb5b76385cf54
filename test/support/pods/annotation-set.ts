import type { ErrorCode } from '#core/errors/catalogue.ts';
import type { Pod } from '#core/injection/pod/pod-schema.ts';
import type { InjectionSettings } from '#core/injection/settings.ts';

/** Annotations as somebody wrote them, and what is answered. */
export interface AnnotationSet {
  readonly when: string;
  /** Their prefix is left out where it is ours. */
  readonly given: Readonly<Record<string, string>>;
  readonly answer: 'inject' | 'leave' | readonly ErrorCode[];
  /** Stands in the message of the first error. */
  readonly says?: string;
  readonly spec?: Partial<Pod['spec']>;
  readonly settings?: Partial<InjectionSettings>;
  readonly namespace?: string;
}
