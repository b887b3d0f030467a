/** Ends the run with the plain line `N passed, N failed`, which continuous integration reads. */
module.exports = class CountsReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
    setImmediate(() => process.stdout.write(`\n${line}\n`));
  }
};
