import type { Command } from 'commander';
import { defineRole, type RoleTerminal } from '../define-role.ts';
import { runWebhook } from './run-webhook.ts';

/** `mayfly webhook`. */
export function defineWebhook(command: Command, terminal: RoleTerminal): void {
  defineRole(command, terminal, {
    flag: '--webhook.envVia file',
    example: 'mayfly webhook --config /etc/mayfly/mayfly.yaml',
    run: runWebhook,
  });
}
