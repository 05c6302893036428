package io.github.containersnap.engine.arguments;

import io.github.containersnap.engine.bootable.KernelArguments;
import io.github.containersnap.engine.bootable.KernelArguments.Argument;
import io.github.containersnap.engine.bootable.OwnKernelArguments;
import io.github.containersnap.engine.model.UpdateException;
import java.util.List;

/** A change of the kernel arguments that cannot be made. Nothing has changed. */
public final class RefusedArgumentException extends UpdateException {
  private static final long serialVersionUID = 1L;
  private static final String LIST = "`container-snap kargs` lists the arguments.";
  private static final String IMAGES = "/usr/";

  private RefusedArgumentException(String message, String advice) {
    super(message, advice);
  }

  static RefusedArgumentException objection(String word, String why) {
    return new RefusedArgumentException(
        "'%s' cannot be a kernel argument here: %s."
            .formatted(KernelArguments.printable(word), why),
        "An argument is one word: it begins with a letter, a digit or _, and has none but these and"
            + " . , : / = @ % + ~ - in it. root=, rootfstype=, rootflags=, ro and rw are the"
            + " menu's.");
  }

  static RefusedArgumentException noRoom(int length) {
    return new RefusedArgumentException(
        "The kernel arguments would take up %,d bytes; there is room for %,d."
            .formatted(length, KernelArguments.ROOM),
        "Delete some of them. " + LIST);
  }

  static RefusedArgumentException unknown(String word) {
    return new RefusedArgumentException(
        "'%s' is not among the kernel arguments.".formatted(KernelArguments.printable(word)), LIST);
  }

  static RefusedArgumentException several(String word, List<String> found) {
    return new RefusedArgumentException(
        "'%s' means %d kernel arguments: %s."
            .formatted(KernelArguments.printable(word), found.size(), String.join(" ", found)),
        "Name each whole, with --delete; --append adds new ones.");
  }

  static RefusedArgumentException noReplacement(String word) {
    return new RefusedArgumentException(
        "'%s' replaces nothing: it is not KEY=NEW.".formatted(KernelArguments.printable(word)),
        "For an argument without a value, --delete the old one and --append the new one.");
  }

  /** Only what kargs itself has added can be deleted or replaced by it. */
  static RefusedArgumentException ofAnotherFile(Argument argument) {
    return argument
        .file()
        .map(file -> ofAnotherFile(argument.word(), file))
        .orElseGet(() -> builtIn(argument.word()));
  }

  private static RefusedArgumentException ofAnotherFile(String word, String file) {
    return new RefusedArgumentException(
        "'%s' comes from %s; kargs changes only /%s."
            .formatted(word, KernelArguments.printable(file), OwnKernelArguments.FILE),
        file.startsWith(IMAGES)
            ? "That file is the image's. To replace its arguments, write the ones that you want to"
                + " /etc/kernel/cmdline, then `container-snap switch default`. Of most arguments"
                + " the last one counts: --append adds it."
            : "Edit that file, then `container-snap switch default`. Of most arguments the last"
                + " one counts: --append adds it.");
  }

  private static RefusedArgumentException builtIn(String word) {
    return new RefusedArgumentException(
        "'%s' is what a kernel is told if neither /etc/kernel/cmdline nor".formatted(word)
            + " /usr/lib/kernel/cmdline is there.",
        "Write the arguments that you want to /etc/kernel/cmdline, then `container-snap switch"
            + " default`. Of most arguments the last one counts: --append adds it.");
  }
}
