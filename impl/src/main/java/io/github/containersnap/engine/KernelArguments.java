package io.github.containersnap.engine;

import io.github.containersnap.engine.port.SystemFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a deployment's kernel is told besides where its root is.
 *
 * <p>As kernel-install(8) has it: the words of {@code /etc/kernel/cmdline}, else those of {@code
 * /usr/lib/kernel/cmdline}; without either, that it speaks on the screen and on the serial line.
 */
record KernelArguments(SystemFiles files, SealedRoot root) {
  private static final List<String> DEFAULT = List.of("console=tty0", "console=ttyS0");
  private static final int LARGEST_FILE = 4096;
  private static final int MOST = 64;

  /** Nothing that means something to the boot loader's shell: no quote, no $, no ; and no brace. */
  private static final Predicate<String> HARMLESS =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.,:/=@%+~-]*").asMatchPredicate();

  /** What says where the root is, and which deployment it is. The menu itself says that. */
  private static final Predicate<String> THE_MENUS =
      Pattern.compile(
              "(root|rootfstype|rootflags|systemd\\.mount-extra|container-snap\\..*)=.*|ro|rw")
          .asMatchPredicate();

  /** The arguments, those left out that a boot menu cannot hold or says itself. */
  List<String> read() {
    return words(root.etc().resolve("kernel/cmdline"))
        .or(() -> words(root.root().resolve("usr/lib/kernel/cmdline")))
        .orElse(DEFAULT);
  }

  /** A link could lead out of the deployment, a pipe would be read for ever. */
  private Optional<List<String>> words(Path file) {
    return files
        .readBytes(file, LARGEST_FILE)
        .map(bytes -> words(new String(bytes, StandardCharsets.UTF_8)));
  }

  private static List<String> words(String text) {
    return text.lines()
        .filter(line -> !line.startsWith("#"))
        .flatMap(line -> Arrays.stream(line.split("\\s+", -1)))
        .filter(HARMLESS.and(THE_MENUS.negate()))
        .limit(MOST)
        .toList();
  }
}
