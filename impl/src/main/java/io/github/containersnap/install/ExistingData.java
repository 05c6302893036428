package io.github.containersnap.install;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a disk holds that would be lost, in words: partitions, filesystems and whatever else
 * libblkid knows, or bytes that it does not know.
 */
final class ExistingData {
  private static final int MOST_PARTITIONS = 8;
  private static final int LONGEST_NAME = 40;
  private static final int LOOKED_AT = 1 << 20;
  private static final Pattern PARTITION =
      Pattern.compile("NR=\"(\\d+)\" START=\"(\\d+)\" SIZE=\"(\\d+)\" NAME=\"(.*)\"");
  private static final long START_SECTOR = 512; // partx counts in these, whatever the disk has

  private final Path disk;

  private ExistingData(Path disk) {
    this.disk = disk;
  }

  /** What {@code disk} holds; empty if nothing that can be seen. */
  static Optional<String> of(Path disk, FileChannel content) {
    ExistingData contents = new ExistingData(disk);
    List<String> signatures = contents.signatures();
    if (signatures.contains("gpt")) {
      return Optional.of(contents.partitions("GPT"));
    }
    if (signatures.contains("dos")) {
      return Optional.of(contents.partitions("MBR"));
    }
    if (!signatures.isEmpty()) {
      return Optional.of("holds " + String.join(" and ", signatures));
    }
    return isZero(content)
        ? Optional.empty()
        : Optional.of("holds data that is neither a filesystem nor a partition table");
  }

  /** Types, filesystems with their label. */
  private List<String> signatures() {
    return ExternalCommand.of("wipefs", "--no-act", "--noheadings", "--parsable")
        .with("--output", "TYPE,LABEL", disk)
        .run()
        .lines()
        .stream()
        .map(line -> line.split(",", 2))
        .map(parts -> parts[0] + (parts.length > 1 ? quoted(parts[1]) : ""))
        .distinct()
        .toList();
  }

  private static String quoted(String label) {
    return label.isEmpty() ? "" : " \"%s\"".formatted(harmless(label));
  }

  /** Names on a disk are whatever somebody wrote there; a terminal must not obey them. */
  private static String harmless(String name) {
    String plain = name.replace("\\x20", " ").replaceAll("[^\\p{Print}]", "?");
    return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME) + "…";
  }

  private String partitions(String table) {
    CommandOutput listing =
        ExternalCommand.of("partx", "--pairs", "--bytes", "--output", "NR,START,SIZE,NAME", disk)
            .runAnyStatus(); // 1 if there are none
    List<Matcher> found =
        listing.lines().stream().map(PARTITION::matcher).filter(Matcher::matches).toList();
    if (found.isEmpty()) {
      return "has a %s without partitions".formatted(table);
    }
    List<String> words =
        new ArrayList<>(found.stream().limit(MOST_PARTITIONS).map(this::partition).toList());
    if (found.size() > MOST_PARTITIONS) {
      words.add("%d more".formatted(found.size() - MOST_PARTITIONS));
    }
    return "has a %s with %d partition%s: %s"
        .formatted(table, found.size(), found.size() == 1 ? "" : "s", String.join(", ", words));
  }

  private String partition(Matcher line) {
    long size = Long.parseLong(line.group(3));
    Optional<String> filesystem = filesystem(Long.parseLong(line.group(2)) * START_SECTOR, size);
    List<String> words = new ArrayList<>();
    filesystem.ifPresent(words::add);
    if (!line.group(4).isEmpty()) {
      words.add("\"%s\"".formatted(harmless(line.group(4))));
    }
    words.add(new Bytes(size).toString());
    return words.stream().collect(Collectors.joining(" ", line.group(1) + " (", ")"));
  }

  private Optional<String> filesystem(long offset, long size) {
    CommandOutput type =
        ExternalCommand.of("blkid", "--probe", "--offset", offset, "--size", size)
            .with("--match-tag", "TYPE", "--output", "value", disk)
            .runAnyStatus(); // 2 if it knows none
    return Optional.of(harmless(type.text().toLowerCase(Locale.ROOT)))
        .filter(text -> type.succeeded() && !text.isEmpty());
  }

  /** Whether a mebibyte at each end is all zeros, as of a disk that nobody has used. */
  private static boolean isZero(FileChannel content) {
    try {
      ByteBuffer end = ByteBuffer.allocate(LOOKED_AT);
      for (long at : new long[] {0, Math.max(0, content.size() - LOOKED_AT)}) {
        end.clear();
        while (end.hasRemaining() && content.read(end, at + end.position()) > 0) {
          // the rest is not there yet
        }
        end.flip();
        while (end.hasRemaining()) {
          if (end.get() != 0) {
            return false;
          }
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the disk", e);
    }
  }
}
