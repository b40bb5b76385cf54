import type { Command } from 'commander';
import { defineRole, type RoleTerminal } from '../define-role.ts';
import { runBroker } from './run-broker.ts';

/** `mayfly broker`. */
export function defineBroker(command: Command, terminal: RoleTerminal): void {
  defineRole(command, terminal, {
    flag: '--broker.url https://broker.example.com',
    example: 'mayfly broker --config /etc/mayfly/mayfly.yaml',
    run: runBroker,
  });
}
