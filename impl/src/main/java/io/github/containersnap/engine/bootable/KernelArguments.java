package io.github.containersnap.engine.bootable;

import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a deployment's kernel is told besides where its root is.
 *
 * <p>As kernel-install(8) has it: the words of {@code /etc/kernel/cmdline}, else those of {@code
 * /usr/lib/kernel/cmdline}; without either, that it speaks on the screen and on the serial line.
 * The words of {@code /etc/kernel/cmdline.d/*.conf} follow, in the order of the files' names. Links
 * are followed inside the deployment only.
 */
public final class KernelArguments {
  private static final List<String> DEFAULT = List.of("console=tty0", "console=ttyS0");
  private static final List<String> FILES = List.of("etc/kernel/cmdline", "usr/lib/kernel/cmdline");
  private static final String DROP_INS = "etc/kernel/cmdline.d";

  /** How many bytes a file of arguments may have. */
  static final int LARGEST_FILE = 64 * 1024;

  private static final int LONGEST_SHOWN = 60;

  /**
   * How many bytes all of them may have. An x86 kernel cuts its command line at 2,048 bytes, of
   * which the menu's own arguments take up to 800: what is cut off would be lost without a word.
   */
  public static final int ROOM = 1200;

  /** Nothing that means something to the boot loader's shell: no quote, no $, no ; and no brace. */
  private static final Predicate<String> HARMLESS =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.,:/=@%+~-]*").asMatchPredicate();

  /** What says where the root is, and which deployment it is. The menu itself says that. */
  private static final Predicate<String> THE_MENUS =
      Pattern.compile(
              "(root|rootfstype|rootflags|systemd\\.mount-extra|container-snap\\..*)=.*|ro|rw")
          .asMatchPredicate();

  private final LiveTree tree;
  private final List<Argument> told = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private int length;

  private KernelArguments(LiveTree tree) {
    this.tree = tree;
  }

  /**
   * An argument, and where it comes from.
   *
   * @param word as the kernel is told it
   * @param file the file that it is in, as a path in the deployment; empty if no file says any
   */
  public record Argument(String word, Optional<String> file) {
    /** What the command line takes up of {@link #ROOM} for {@code word}, in bytes. */
    public static int length(String word) {
      return 1 + word.length();
    }

    /** The word up to its equals sign, if it has one. */
    public static String key(String word) {
      return word.split("=", 2)[0];
    }
  }

  /**
   * What was read.
   *
   * @param told what the kernel is told, in order
   * @param leftOut what it is not told though a file says so, each a sentence for people
   */
  public record Reading(List<Argument> told, List<String> leftOut) {
    public Reading {
      told = List.copyOf(told);
      leftOut = List.copyOf(leftOut);
    }

    /** What the kernel is told, in order. */
    public List<String> arguments() {
      return told.stream().map(Argument::word).toList();
    }
  }

  /** Reads the arguments of the deployment at {@code root}. */
  public static Reading of(SystemFiles files, SealedRoot root) {
    KernelArguments found = new KernelArguments(new LiveTree(files, root.root()));
    found.readFirstFile();
    found
        .tree
        .names(DROP_INS)
        .filter(name -> name.endsWith(".conf"))
        .sorted()
        .map(name -> DROP_INS + "/" + name)
        .forEach(file -> found.text(file).ifPresent(text -> found.take(file, text)));
    return new Reading(found.told, found.leftOut);
  }

  /** Why a kernel is never told {@code word}, as the rest of a sentence; empty if it may be. */
  public static Optional<String> objection(String word) {
    if (THE_MENUS.test(word)) {
      return Optional.of("the boot menu sets it");
    }
    return HARMLESS.test(word) ? Optional.empty() : Optional.of("a boot menu cannot hold it");
  }

  /** Whether no file of a system says what its kernel is told. */
  public static boolean areSilentIn(LiveTree tree) {
    return FILES.stream()
        .allMatch(file -> tree.get(file).isEmpty() && tree.resolve(file).isEmpty());
  }

  private void readFirstFile() {
    for (String file : FILES) {
      Optional<String> text = text(file);
      if (text.isPresent()) {
        take(file, text.get());
        return;
      }
    }
    DEFAULT.forEach(word -> accept(word, Optional.empty()));
  }

  private Optional<String> text(String file) {
    Optional<byte[]> bytes = tree.read(file, LARGEST_FILE);
    if (bytes.isEmpty() && isThere(file)) {
      leftOut.add(
          "Kernel arguments: /%s is left out: in the deployment it is not a file of at most %,d bytes."
              .formatted(printable(file), LARGEST_FILE));
    }
    return bytes.map(read -> new String(read, StandardCharsets.UTF_8));
  }

  private boolean isThere(String file) {
    return tree.get(file).isPresent() || tree.resolve(file).isPresent();
  }

  private void take(String file, String text) {
    for (String word : words(text)) {
      Optional<String> objection = objection(word);
      if (objection.isPresent()) {
        leaveOut(file, word, objection.get());
      } else if (length + Argument.length(word) > ROOM) {
        leaveOut(file, word, "there is room for %,d bytes in all".formatted(ROOM));
      } else {
        accept(word, Optional.of("/" + file));
      }
    }
  }

  private void accept(String word, Optional<String> file) {
    told.add(new Argument(word, file));
    length += Argument.length(word);
  }

  private void leaveOut(String file, String word, String why) {
    leftOut.add(
        "Kernel argument '%s' of /%s is left out: %s."
            .formatted(printable(word), printable(file), why));
  }

  /** A text of a file, or of a person, as one can print it: ASCII, and not too long. */
  public static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(LONGEST_SHOWN)
        .forEach(
            point -> {
              if (point >= ' ' && point < 0x7f) {
                shown.appendCodePoint(point);
              } else {
                shown.append(String.format(Locale.ROOT, "\\u{%x}", point));
              }
            });
    return text.codePointCount(0, text.length()) > LONGEST_SHOWN ? shown + "…" : shown.toString();
  }

  /**
   * Splits at spaces outside of quotes. The kernel knows the double quote; systemd, which reads the
   * same line, the single quote and the backslash too. No piece of a quoted word becomes a word.
   */
  static List<String> words(String text) {
    String line =
        Stream.of(text.split("\n", -1))
            .filter(it -> !it.startsWith("#"))
            .collect(Collectors.joining(" ", "", " "));
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char character = line.charAt(i);
      if (quote == 0 && Character.isWhitespace(character)) {
        if (!word.isEmpty()) {
          words.add(word.toString());
          word.setLength(0);
        }
        continue;
      }
      word.append(character);
      if (character == '\\' && i + 1 < line.length()) {
        word.append(line.charAt(++i));
      } else if (quote == character) {
        quote = 0;
      } else if (quote == 0 && (character == '"' || character == '\'')) {
        quote = character;
      }
    }
    if (!word.isEmpty()) { // a quote that nothing closes reaches to the end
      words.add(word.toString().stripTrailing());
    }
    return words;
  }
}
