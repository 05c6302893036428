package io.github.containersnap.engine.adoption;

import io.github.containersnap.engine.bootable.LiveTree;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a host's {@code /etc/default/grub} tells the kernel, as grub-mkconfig(8) reads it: the
 * arguments of every boot, then those of an ordinary one. The drop-ins of Debian's {@code
 * /etc/default/grub.d} come later and win.
 */
final class GrubDefaults {
  private static final String FILE = "etc/default/grub";
  private static final String DROP_INS = "etc/default/grub.d";
  private static final int LARGEST_FILE = 64 * 1024;
  private static final List<String> NAMES =
      List.of("GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT");

  /** An assignment of a plain text; one with a {@code $} is a program's, and says nothing here. */
  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "\\s*(GRUB_CMDLINE_LINUX(?:_DEFAULT)?)=([\"']?)([^\"'$`\\\\]*)\\2\\s*(?:#.*)?",
          Pattern.DOTALL);

  private GrubDefaults() {}

  /** The arguments, or nothing where the host has no such file. */
  static Optional<String> kernelArguments(LiveTree host) {
    if (host.read(FILE, LARGEST_FILE).isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    Stream.concat(
            Stream.of(FILE),
            host.names(DROP_INS)
                .filter(name -> name.endsWith(".cfg"))
                .sorted()
                .map(name -> DROP_INS + "/" + name))
        .flatMap(file -> Stream.of(text(host, file).split("\n", -1)))
        .map(ASSIGNMENT::matcher)
        .filter(Matcher::matches)
        .forEach(it -> values.put(it.group(1), it.group(3)));
    return Optional.of(
        NAMES.stream()
            .map(name -> values.getOrDefault(name, "").strip())
            .filter(value -> !value.isEmpty())
            .collect(Collectors.joining(" ")));
  }

  private static String text(LiveTree host, String file) {
    return host.read(file, LARGEST_FILE)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .orElse("");
  }
}
