package io.github.containersnap.cli;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.cli.option.ProgressOption;
import io.github.containersnap.cli.output.LineProgress;
import io.github.containersnap.cli.output.ProgressReporter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A command line that the system itself or an administrator gives most often: a verb without
 * options, and for {@code update} an image or {@code --unattended}, with {@code --root DIR} in
 * front or not. picocli's inspection of the classes would take a fifth of a second of processor
 * time. So this reads exactly these lines, and means by them what picocli does; any other line is
 * picocli's, with its errors and its help.
 *
 * @param root the value of {@code --root}
 * @param verb the verb
 * @param rest what follows it
 */
record PlainLine(Optional<Path> root, String verb, List<String> rest) {
  private static final String UPDATE = "update";
  private static final String UNATTENDED = "--unattended";
  private static final List<String> ALONE = List.of("status", "recover", "bless", "finalize");

  PlainLine {
    rest = List.copyOf(rest);
  }

  /** The line that {@code arguments} are, if they are one. */
  static Optional<PlainLine> of(String... arguments) {
    RootedLine line = RootedLine.of(arguments);
    List<String> words = line.words();
    if (words.isEmpty()) {
      return Optional.empty();
    }
    String verb = words.getFirst();
    List<String> rest = words.subList(1, words.size());
    boolean plain =
        verb.equals(UPDATE)
            ? rest.isEmpty() || (rest.size() == 1 && isForUpdate(rest.getFirst()))
            : ALONE.contains(verb) && rest.isEmpty();
    return plain ? Optional.of(new PlainLine(line.root(), verb, rest)) : Optional.empty();
  }

  private static boolean isForUpdate(String word) {
    return word.equals(UNATTENDED) || isReference(word);
  }

  /** Whether picocli takes a word as it is: not as an option, nor as a file of arguments. */
  private static boolean isReference(String word) {
    return !word.isEmpty()
        && !word.startsWith("-")
        && !word.startsWith("@")
        && word.chars().allMatch(it -> Character.isLetterOrDigit(it) || "-_./:@+".indexOf(it) >= 0);
  }

  /**
   * Does what the line says.
   *
   * @param out takes the answer
   * @param error takes what is said besides
   * @return the exit status
   */
  int execute(MachineAccess access, PrintWriter out, PrintWriter error) {
    ContainerSnap program = new ContainerSnap(access, root, out, error);
    ProgressOption progress = new ProgressOption();
    try {
      return run(program, progress);
    } catch (RuntimeException failure) {
      return FailureReport.tell(
          failure, () -> verb.equals(UPDATE) ? progress.narrator(error) : usual(error));
    } finally {
      out.flush();
      error.flush();
    }
  }

  private static ProgressReporter usual(PrintWriter error) {
    return new LineProgress(error, ProgressOption.isTerminal());
  }

  private int run(ContainerSnap program, ProgressOption progress) {
    switch (verb) {
      case "status" -> new StatusCommand(program).run();
      case "recover" -> new RecoverCommand(program).run();
      case "finalize" -> new FinalizeCommand(program).run();
      case "bless" -> {
        return new BlessCommand(program).call();
      }
      case UPDATE -> {
        boolean unattended = rest.contains(UNATTENDED);
        Optional<String> reference =
            rest.stream().filter(word -> !word.equals(UNATTENDED)).findFirst();
        new UpdateCommand(program, reference, unattended, progress).run();
      }
      default -> throw new IllegalStateException("no plain line: " + verb);
    }
    return 0;
  }
}
