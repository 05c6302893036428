package io.github.containersnap.gate.report;

import io.github.containersnap.loopback.btrfs.WriteKind;
import io.github.containersnap.loopback.log.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The entries of a write log as one line of text, one token for a run of equal entries: the kind,
 * for what changes the disk its size in blocks of 4 KiB (rounded up), and how many of them there
 * are if more than one. {@code k d64*14 f s1} is a mark, fourteen writes of 256 KiB of data, a
 * flush and a superblock. The kinds:
 *
 * <pre>
 * s superblock   l log tree   t other tree   d data   o outside the btrfs   x discard
 * f flush        k mark of the gate
 * </pre>
 */
public final class LogSequence {
  private static final long BLOCK_BYTES = 4096;
  private static final Pattern TOKEN =
      Pattern.compile("([sltdox])([0-9]{1,10})(?:\\*([0-9]{1,7}))?|([fk])(?:\\*([0-9]{1,7}))?");

  private LogSequence() {}

  /**
   * The text for a log.
   *
   * @param kinds of the writes, by their places in the log
   */
  static String of(List<LogEntry> entries, Map<Integer, WriteKind> kinds) {
    List<String> tokens = new ArrayList<>();
    String last = "";
    int count = 0;
    for (LogEntry entry : entries) {
      String token = token(entry, kinds);
      if (!token.equals(last) && count > 0) {
        tokens.add(run(last, count));
        count = 0;
      }
      last = token;
      count++;
    }
    if (count > 0) {
      tokens.add(run(last, count));
    }
    return String.join(" ", tokens);
  }

  private static String run(String token, int count) {
    return count == 1 ? token : token + "*" + count;
  }

  private static String token(LogEntry entry, Map<Integer, WriteKind> kinds) {
    return switch (entry) {
      case LogEntry.Write write ->
          letter(kinds.getOrDefault(write.index(), WriteKind.DATA)) + blocks(write);
      case LogEntry.Discard discard -> "x" + blocks(discard);
      case LogEntry.Flush _ -> "f";
      case LogEntry.Mark _ -> "k";
    };
  }

  private static String letter(WriteKind kind) {
    return switch (kind) {
      case SUPERBLOCK -> "s";
      case LOG_TREE -> "l";
      case TREE -> "t";
      case DATA -> "d";
      case OUTSIDE -> "o";
    };
  }

  private static long blocks(LogEntry.Change change) {
    return (change.length() + BLOCK_BYTES - 1) / BLOCK_BYTES;
  }

  /**
   * The kind of each entry, one letter for each.
   *
   * @param most how many entries there may be
   * @throws IllegalArgumentException if the text is no sequence, or of more entries
   */
  public static List<String> kinds(String text, int most) {
    List<String> kinds = new ArrayList<>();
    for (String token : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
      Matcher matcher = TOKEN.matcher(token);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("it names an entry that does not exist");
      }
      String count =
          Stream.of(matcher.group(3), matcher.group(5))
              .filter(Objects::nonNull)
              .findFirst()
              .orElse("1");
      if (kinds.size() + Integer.parseInt(count) > most) {
        throw new IllegalArgumentException("it has more than %,d entries".formatted(most));
      }
      String kind = token.substring(0, 1);
      IntStream.range(0, Integer.parseInt(count)).forEach(_ -> kinds.add(kind));
    }
    return kinds;
  }
}
