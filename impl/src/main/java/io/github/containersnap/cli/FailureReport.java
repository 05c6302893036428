package io.github.containersnap.cli;

import io.github.containersnap.cli.option.ProgressOption;
import io.github.containersnap.cli.output.LineProgress;
import io.github.containersnap.cli.output.ProgressReporter;
import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.engine.adoption.CannotAdoptException;
import io.github.containersnap.engine.arguments.ArgumentsNotPassedException;
import io.github.containersnap.engine.arguments.RefusedArgumentException;
import io.github.containersnap.engine.bootable.UnbootableDeploymentException;
import io.github.containersnap.engine.bootable.UnbootableImageException;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.model.LockedException;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.RefusedImageException;
import io.github.containersnap.engine.model.UnusableImageReferenceException;
import io.github.containersnap.engine.model.UpdateException;
import io.github.containersnap.image.UnreadableImageException;
import io.github.containersnap.image.signature.UnsignedImageException;
import io.github.containersnap.image.signature.UnusableKeyPolicyException;
import io.github.containersnap.install.UnusableDiskException;
import io.github.containersnap.oci.UnusableImageException;
import io.github.containersnap.tree.TreeReadException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** Says on standard error what failed and what to do next, and chooses the exit status. */
final class FailureReport implements CommandLine.IExecutionExceptionHandler {
  static final int FAILED = 1;
  static final int UNUSABLE = 2;

  /** The machine is not fit for what was asked. */
  static final int UNFIT = 3;

  /** EX_TEMPFAIL of sysexits.h. */
  static final int LOCKED = 75;

  private static final Pattern CLASS_NAME =
      Pattern.compile("\\b(?:[a-z]\\w*\\.)+[A-Z]\\w*(?:Exception|Error): ");

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
    return tell(
        failure,
        () ->
            ProgressOption.narratorOf(command)
                .orElseGet(() -> new LineProgress(command.getErr(), ProgressOption.isTerminal())));
  }

  /**
   * Tells {@code narrator} what failed.
   *
   * @return the exit status
   * @throws E if it is a defect of this program: its stack trace is wanted
   */
  static <E extends Exception> int tell(E failure, Supplier<ProgressReporter> narrator) throws E {
    String message = inPlainWords(message(failure).orElseThrow(() -> failure));
    int status = status(failure);
    narrator.get().fails(message, advice(failure), status);
    return status;
  }

  private static Optional<String> message(Exception failure) {
    return switch (failure) {
      case UncheckedIOException io -> Optional.of(withReason(io));
      case UpdateException _,
          CommandFailedException _,
          UnusableImageException _,
          TreeReadException _ ->
          Optional.of(String.valueOf(failure.getMessage()));
      default -> Optional.empty();
    };
  }

  private static String advice(Exception failure) {
    return switch (failure) {
      case UpdateException update -> update.advice();
      case UnusableImageException _ -> "Build or fetch the image again.";
      default -> "The running system is unchanged.";
    };
  }

  /** What could not be done is of no help without why: the disk is full, read-only, not there. */
  static String withReason(UncheckedIOException failure) {
    String message = String.valueOf(failure.getMessage());
    String reason =
        switch (failure.getCause()) {
          case FileSystemException file when file.getReason() != null -> file.getReason();
          case IOException cause -> String.valueOf(cause.getMessage());
          case null -> "";
        };
    return message.contains(reason) ? message : message + ": " + reason;
  }

  /** Without the names of classes that Java puts before the messages of causes. */
  static String inPlainWords(String message) {
    return CLASS_NAME.matcher(message).replaceAll("");
  }

  private static int status(Exception failure) {
    return switch (failure) {
      case LockedException locked -> LOCKED;
      case UnbootableImageException unbootable -> UNUSABLE;
      case UnreadableImageException unreadable -> UNUSABLE;
      case UnusableImageException unusable -> UNUSABLE;
      case UnusableImageReferenceException unusable -> UNUSABLE;
      case NotADeploymentException unknown -> UNUSABLE;
      case UnsignedImageException unsigned -> UNUSABLE;
      case UnusableKeyPolicyException unusable -> UNUSABLE;
      case RefusedException refused -> UNUSABLE;
      case RefusedImageException refused -> UNUSABLE;
      case UnbootableDeploymentException unbootable -> UNUSABLE;
      case UnusableDiskException unusable -> UNUSABLE;
      case RefusedArgumentException refused -> UNUSABLE;
      case CannotAdoptException unfit -> UNFIT;
      case ArgumentsNotPassedException unfit -> UNFIT;
      default -> FAILED;
    };
  }
}
