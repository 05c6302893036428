package io.github.containersnap.cli;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.cli.option.ProgressOption;
import io.github.containersnap.cli.output.LineProgress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A command line that looks something up and has no option but a {@code --root DIR} in front. tukit
 * asks several of these for each transaction, and picocli's inspection of the classes of verbs
 * would take most of their time. So this reads exactly these lines, and means by them what picocli
 * does; any other line is picocli's, with its errors and its help.
 *
 * @param root the value of {@code --root}
 * @param verb the verb
 * @param id its argument; empty if the verb takes none
 */
public record LookupLine(Optional<Path> root, String verb, Optional<String> id) {
  private static final List<String> WITHOUT_ARGUMENT =
      List.of("get-current", "get-default", "list-snapshots");
  private static final List<String> WITH_ID = List.of("get-root", "get-readonly-state");

  /** The line that {@code arguments} are, if they are one. */
  public static Optional<LookupLine> of(String... arguments) {
    RootedLine line = RootedLine.of(arguments);
    List<String> words = line.words();
    if (words.isEmpty()) {
      return Optional.empty();
    }
    String verb = words.getFirst();
    if (words.size() == 1 && WITHOUT_ARGUMENT.contains(verb)) {
      return Optional.of(new LookupLine(line.root(), verb, Optional.empty()));
    }
    return words.size() == 2 && WITH_ID.contains(verb) && RootedLine.isPlain(words.getLast())
        ? Optional.of(new LookupLine(line.root(), verb, Optional.of(words.getLast())))
        : Optional.empty();
  }

  /**
   * Prints the answer.
   *
   * @param out takes the answer
   * @param error takes what is said besides
   * @return the exit status
   */
  public int execute(MachineAccess access, PrintWriter out, PrintWriter error) {
    try {
      look(new Session(access, root, out, error));
      return 0;
    } catch (RuntimeException failure) {
      return FailureReport.tell(
          failure, () -> new LineProgress(error, ProgressOption.isTerminal()));
    } finally {
      out.flush();
      error.flush();
    }
  }

  private void look(Session session) {
    switch (verb) {
      case "get-current" -> GetCurrentCommand.print(session);
      case "get-default" -> GetDefaultCommand.print(session);
      case "get-root" -> GetRootCommand.print(session, id.orElseThrow());
      case "get-readonly-state" -> GetReadonlyStateCommand.print(session, id.orElseThrow());
      case "list-snapshots" -> ListSnapshotsCommand.print(session);
      default -> throw new IllegalStateException("no lookup: " + verb);
    }
  }
}
