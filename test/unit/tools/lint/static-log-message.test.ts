import { testRule } from '#test/support/lint/test-rule.ts';

testRule({
  name: 'static-log-message',
  accepts: [
    "log.info({ commit }, 'accepted');",
    "logger.error('refused', { code });",
    'log.info(`accepted`);',
    'dialog.info(`accepted ${commit}`);',
    'catalog.error("a" + b);',
  ],
  refuses: [
    'log.info(`accepted ${commit}`);',
    "logger.warn('refused ' + code);",
    'deps.log.debug({ commit }, `accepted ${commit}`);',
    'requestLog.fatal(`no ${thing}`);',
  ],
});
