package io.github.containersnap.vm.images.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The archives that this machine's apt knows, read from both forms of sources.list(5). So the
 * images are made from the mirror that the machine's administrator chose, and checked with the keys
 * that they trust.
 *
 * @param sources the enabled binary sources, in apt's order
 */
record AptSources(List<AptSource> sources) {
  private static final Set<String> DEBIAN_SUITES =
      Set.of("bookworm", "trixie", "forky", "sid", "oldstable", "stable", "testing", "unstable");

  /** One-line form: {@code deb [options] uri suite component…}. */
  private static final Pattern LINE =
      Pattern.compile("deb\\s+(?:\\[([^]]*)]\\s+)?(\\S+)\\s+(\\S+)((?:\\s+\\S+)*)");

  private static final Pattern BLANK_LINE = Pattern.compile("\n[ \t]*\n");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  AptSources {
    sources = List.copyOf(sources);
  }

  /** What {@code configuration}, normally {@code /etc/apt}, lists. */
  static AptSources readFrom(Path configuration) throws IOException {
    List<AptSource> all = new ArrayList<>();
    Path single = configuration.resolve("sources.list");
    if (Files.isRegularFile(single)) {
      all.addAll(parseLines(read(single)));
    }
    Path parts = configuration.resolve("sources.list.d");
    if (Files.isDirectory(parts)) {
      try (Stream<Path> files = Files.list(parts)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          if (file.toString().endsWith(".list")) {
            all.addAll(parseLines(read(file)));
          } else if (file.toString().endsWith(".sources")) {
            all.addAll(parseStanzas(read(file)));
          }
        }
      }
    }
    return new AptSources(all);
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /** The source most likely to be Debian's own archive, if there is any that could be. */
  Optional<AptSource> debian() {
    return sources.stream()
        .filter(source -> source.uri().matches("https?://.*"))
        .filter(source -> source.components().contains("main"))
        .filter(source -> source.suites().stream().anyMatch(DEBIAN_SUITES::contains))
        .min(Comparator.comparingInt(AptSources::doubt));
  }

  /** Other vendors name their suites after Debian's, too: the path and the key tell them apart. */
  private static int doubt(AptSource source) {
    int doubt = source.uri().matches(".*/debian/?") ? 0 : 2;
    return source.signedBy().filter(key -> key.contains("debian-archive")).isPresent()
        ? doubt
        : doubt + 1;
  }

  static List<AptSource> parseLines(String text) {
    List<AptSource> all = new ArrayList<>();
    for (String line : text.lines().toList()) {
      Matcher matcher = LINE.matcher(line.replaceFirst("#.*", "").strip());
      if (!matcher.matches()) {
        continue;
      }
      Map<String, String> options = options(Optional.ofNullable(matcher.group(1)).orElse(""));
      all.add(
          new AptSource(
              matcher.group(2),
              List.of(matcher.group(3)),
              words(matcher.group(4)),
              Optional.ofNullable(options.get("signed-by")),
              isYes(options.getOrDefault("trusted", "no"))));
    }
    return all;
  }

  private static Map<String, String> options(String text) {
    Map<String, String> options = new HashMap<>();
    for (String option : words(text)) {
      int equals = option.indexOf('=');
      if (equals > 0) {
        options.put(
            option.substring(0, equals).toLowerCase(Locale.ROOT), option.substring(equals + 1));
      }
    }
    return options;
  }

  static List<AptSource> parseStanzas(String text) {
    List<AptSource> all = new ArrayList<>();
    for (String stanza : BLANK_LINE.split(withoutComments(text), -1)) {
      Map<String, String> fields = fields(stanza);
      boolean enabled = isYes(fields.getOrDefault("enabled", "yes"));
      if (!enabled || !words(fields.getOrDefault("types", "")).contains("deb")) {
        continue;
      }
      for (String uri : words(fields.getOrDefault("uris", ""))) {
        all.add(
            new AptSource(
                uri,
                words(fields.getOrDefault("suites", "")),
                words(fields.getOrDefault("components", "")),
                Optional.ofNullable(fields.get("signed-by")).map(AptSources::key),
                isYes(fields.getOrDefault("trusted", "no"))));
      }
    }
    return all;
  }

  private static String withoutComments(String text) {
    StringBuilder kept = new StringBuilder();
    for (String line : text.lines().toList()) {
      if (!line.startsWith("#")) {
        kept.append(line).append('\n');
      }
    }
    return kept.toString();
  }

  private static Map<String, String> fields(String stanza) {
    Map<String, String> fields = new HashMap<>();
    String current = "";
    for (String line : stanza.lines().toList()) {
      int colon = line.indexOf(':');
      if (line.startsWith(" ") || line.startsWith("\t")) {
        fields.merge(current, line, (before, more) -> before + "\n" + more);
      } else if (colon > 0) {
        current = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        fields.put(current, line.substring(colon + 1).strip());
      }
    }
    return fields;
  }

  /** A list of files as the one-line form writes it, or an inline key without its indentation. */
  private static String key(String value) {
    if (!value.contains("-----BEGIN PGP")) {
      return String.join(",", words(value));
    }
    StringBuilder key = new StringBuilder();
    for (String line : value.strip().lines().toList()) {
      String stripped = line.strip();
      key.append(stripped.equals(".") ? "" : stripped).append('\n');
    }
    return key.toString();
  }

  private static List<String> words(String text) {
    return BLANKS.splitAsStream(text).filter(word -> !word.isEmpty()).toList();
  }

  private static boolean isYes(String value) {
    return Set.of("yes", "true", "on", "enable", "with", "1")
        .contains(value.strip().toLowerCase(Locale.ROOT));
  }
}
