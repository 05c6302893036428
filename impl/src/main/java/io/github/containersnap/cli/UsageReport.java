package io.github.containersnap.cli;

import io.github.containersnap.cli.option.ProgressOption;
import io.github.containersnap.cli.output.LineProgress;
import io.github.containersnap.cli.output.UsageSentence;
import picocli.CommandLine;

/** Says on standard error what is wrong with a command line, and where its help is. */
final class UsageReport implements CommandLine.IParameterExceptionHandler {
  @Override
  public int handleParseException(CommandLine.ParameterException failure, String[] arguments) {
    UsageSentence sentence = new UsageSentence(failure);
    new LineProgress(failure.getCommandLine().getErr(), ProgressOption.isTerminal())
        .fails(sentence.text(), sentence.advice(), FailureReport.UNUSABLE);
    return FailureReport.UNUSABLE;
  }
}
