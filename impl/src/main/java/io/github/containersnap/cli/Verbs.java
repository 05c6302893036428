package io.github.containersnap.cli;

import io.github.containersnap.cli.output.VerbGroup;
import java.util.Arrays;
import java.util.List;

/** The verbs of the command line, each described by a class of its own. */
final class Verbs {
  /** All of them, in the order in which help lists them. */
  static final List<String> NAMES =
      Arrays.stream(VerbGroup.values()).flatMap(group -> group.verbs().stream()).toList();

  private Verbs() {}

  /** Whether a command line that begins with {@code word} needs no verb but this one. */
  static boolean standsAlone(String word) {
    return NAMES.contains(word) && !word.equals("help");
  }

  /**
   * The command that a verb stands for.
   *
   * @throws IllegalArgumentException if there is no such verb
   */
  static Object command(String verb) {
    return switch (verb) {
      case "init" -> new InitCommand();
      case "adopt" -> new AdoptCommand();
      case "update" -> new UpdateCommand();
      case "discard" -> new DiscardCommand();
      case "reset" -> new ResetCommand();
      case "source" -> new SourceCommand();
      case "rollback" -> new RollbackCommand();
      case "switch" -> new SwitchCommand();
      case "status" -> new StatusCommand();
      case "diff" -> new DiffCommand();
      case "etc-diff" -> new EtcDiffCommand();
      case "kargs" -> new KargsCommand();
      case "verify" -> new VerifyCommand();
      case "lint" -> new LintCommand();
      case "pull" -> new PullCommand();
      case "load" -> new LoadCommand();
      case "list-images" -> new ListImagesCommand();
      case "list-snapshots" -> new ListSnapshotsCommand();
      case "get-current" -> new GetCurrentCommand();
      case "get-default" -> new GetDefaultCommand();
      case "get-root" -> new GetRootCommand();
      case "get-readonly-state" -> new GetReadonlyStateCommand();
      case "create-snapshot" -> new CreateSnapshotCommand();
      case "set-readonly-state" -> new SetReadonlyStateCommand();
      case "delete" -> new DeleteCommand();
      case "pin" -> new PinCommand();
      case "unpin" -> new UnpinCommand();
      case "prune" -> new PruneCommand();
      case "recover" -> new RecoverCommand();
      case "bless" -> new BlessCommand();
      case "finalize" -> new FinalizeCommand();
      case "install" -> new InstallCommand();
      case "help" -> new HelpCommand();
      default -> throw new IllegalArgumentException("no verb: " + verb);
    };
  }
}
