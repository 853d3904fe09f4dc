throw new Error('A plugin that wants another kernel is never imported.');
