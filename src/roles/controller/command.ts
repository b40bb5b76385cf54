import type { Command } from 'commander';
import { defineRole, type RoleTerminal } from '../define-role.ts';
import { runController } from './run-controller.ts';

/** `mayfly controller`. */
export function defineController(command: Command, terminal: RoleTerminal): void {
  defineRole(command, terminal, {
    flag: '--kube.namespaces shop',
    example: 'mayfly controller --config /etc/mayfly/mayfly.yaml',
    run: runController,
  });
}
