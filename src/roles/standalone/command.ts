import type { Command } from 'commander';
import { defineRole, type RoleTerminal } from '../define-role.ts';
import { runStandalone } from './run-standalone.ts';

/** `mayfly standalone`. */
export function defineStandalone(command: Command, terminal: RoleTerminal): void {
  defineRole(command, terminal, {
    flag: '--log.level debug',
    example: 'mayfly standalone --config /etc/mayfly/mayfly.yaml',
    run: runStandalone,
  });
}
