import type { Command } from 'commander';
import { defineRole, type RoleTerminal } from '../define-role.ts';
import { runCerts } from './run-certs.ts';

/** `mayfly certs`. */
export function defineCerts(command: Command, terminal: RoleTerminal): void {
  defineRole(command, terminal, {
    flag: '--certs.mode cert-manager',
    example: 'mayfly certs --config /etc/mayfly/mayfly.yaml',
    run: runCerts,
  });
}
