package io.github.containersnap.cli.output;

import io.github.containersnap.engine.diff.DirectoryChanges;
import io.github.containersnap.engine.diff.EtcDifference;
import io.github.containersnap.engine.diff.FileChange;
import io.github.containersnap.engine.diff.PackageChange;
import io.github.containersnap.engine.diff.SystemDiff;
import io.github.containersnap.engine.model.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is different between two systems, for people: lines of at most 79 columns, unless a name is
 * longer.
 *
 * @param withFiles whether every path is listed, not only the sums of directories
 * @param whole whether long lists are not cut
 */
public record DiffText(boolean withFiles, boolean whole) {
  private static final int COLUMNS = 79;

  /** How many lines of a list are shown. */
  private static final int SHOWN = 20;

  private static final TextWrap ITEM = new TextWrap("  ", "      ", COLUMNS);
  private static final TextWrap PLAIN = new TextWrap("", "  ", COLUMNS);

  /** The column that the sums of directories begin in. */
  private static final int NAME_WIDTH = 22;

  /** The lines that say what is different. */
  public List<String> lines(SystemDiff found) {
    List<String> lines = new ArrayList<>();
    lines.addAll(PLAIN.lines("from  " + inWords(found.from())));
    lines.addAll(PLAIN.lines("to    " + inWords(found.to())));
    addPackages(lines, found);
    addKernel(lines, found);
    addDirectories(lines, found.files());
    if (withFiles) {
      addFiles(lines, found.files());
    }
    addEtc(lines, found.etc());
    if (!found.warnings().isEmpty()) {
      lines.add("");
      found.warnings().forEach(it -> lines.addAll(PLAIN.lines("warning: " + it)));
    }
    return lines;
  }

  private static String inWords(SystemDiff.Side side) {
    return Stream.of(
            Optional.of(side.id().shortForm()),
            side.version().map(it -> "version " + it),
            side.packageCount().map("%,d packages"::formatted))
        .flatMap(Optional::stream)
        .collect(Collectors.joining(", "));
  }

  private void addPackages(List<String> lines, SystemDiff found) {
    lines.add("");
    if (found.packages().isEmpty()) {
      lines.add("Packages: not compared");
      return;
    }
    List<PackageChange> packages = found.packages().get();
    if (packages.isEmpty()) {
      lines.add("Packages: the same");
    }
    for (PackageChange.Kind kind : PackageChange.Kind.values()) {
      List<PackageChange> changes = packages.stream().filter(it -> it.kind() == kind).toList();
      if (!changes.isEmpty()) {
        lines.add("%s (%,d):".formatted(heading(kind), changes.size()));
        add(lines, changes.stream().map(DiffText::inWords).toList());
      }
    }
  }

  private static String heading(PackageChange.Kind kind) {
    return switch (kind) {
      case UPGRADED -> "Upgraded";
      case DOWNGRADED -> "Downgraded";
      case ADDED -> "Added";
      case REMOVED -> "Removed";
    };
  }

  private static String inWords(PackageChange change) {
    return change.name()
        + " "
        + Stream.concat(change.before().stream(), change.after().stream())
            .collect(Collectors.joining(" -> "));
  }

  private static void addKernel(List<String> lines, SystemDiff found) {
    String before = found.from().kernel().orElse("none");
    String after = found.to().kernel().orElse("none");
    lines.add("");
    lines.addAll(
        PLAIN.lines(
            before.equals(after)
                ? "Kernel: %s, the same".formatted(before)
                : "Kernel: %s -> %s".formatted(before, after)));
  }

  private void addDirectories(List<String> lines, List<FileChange> files) {
    lines.add("");
    if (files.isEmpty()) {
      lines.add("Files: the same");
      return;
    }
    List<DirectoryChanges> directories = DirectoryChanges.of(files);
    lines.add(row("Files", "added", "removed", "changed"));
    List<DirectoryChanges> shown =
        cut(
            directories.stream()
                .sorted(Comparator.comparingLong(DiffText::weight).reversed())
                .toList());
    shown.stream()
        .sorted(Comparator.comparing(DirectoryChanges::directory))
        .forEach(it -> addRow(lines, it.directory(), it));
    addRest(lines, directories.size() - shown.size());
    addRow(lines, "all", DirectoryChanges.total(directories));
  }

  /** What a reader wants to see most: many names, or many bytes. */
  private static long weight(DirectoryChanges it) {
    DirectoryChanges.Sum sum = it.added().plus(it.removed()).plus(it.changed());
    return sum.size().plus(new Bytes(sum.count())).count();
  }

  private static void addRow(List<String> lines, String name, DirectoryChanges it) {
    String row =
        row("  " + name, inWords(it.added()), inWords(it.removed()), inWords(it.changed()));
    if (name.length() + 2 > NAME_WIDTH) {
      lines.add("  " + name);
      row = row("", inWords(it.added()), inWords(it.removed()), inWords(it.changed()));
    }
    lines.add(row);
  }

  private static String row(String name, String added, String removed, String changed) {
    return String.format(
            Locale.ROOT, "%-" + NAME_WIDTH + "s%19s%19s%19s", name, added, removed, changed)
        .stripTrailing();
  }

  private static String inWords(DirectoryChanges.Sum sum) {
    return sum.count() == 0 ? "-" : String.format(Locale.ROOT, "%,d %11s", sum.count(), sum.size());
  }

  private void addFiles(List<String> lines, List<FileChange> files) {
    lines.add("");
    lines.add("Paths (%,d):".formatted(files.size()));
    files.forEach(it -> lines.add("  " + it.kind().letter() + " /" + it.path()));
  }

  private void addEtc(List<String> lines, List<EtcDifference> etc) {
    lines.add("");
    if (etc.isEmpty()) {
      lines.add("/etc of the images: the same");
      return;
    }
    lines.add("/etc of the images (%,d):".formatted(etc.size()));
    // What this machine keeps is what somebody has to look at: it comes first, and is never cut.
    List<EtcDifference> ours =
        etc.stream().filter(it -> it.here() != EtcDifference.Here.TAKEN).toList();
    ours.forEach(it -> lines.addAll(ITEM.lines(inWords(it))));
    add(
        lines,
        etc.stream()
            .filter(it -> it.here() == EtcDifference.Here.TAKEN)
            .map(DiffText::inWords)
            .toList());
  }

  private static String inWords(EtcDifference it) {
    return "%s %s%s"
        .formatted(
            it.change().kind().letter(),
            EtcDiffJson.path(it.change()),
            switch (it.here()) {
              case TAKEN -> "";
              case KEPT -> "  (changed here too; an update keeps yours)";
              case MERGED -> "  (changed here too; an update merges the entries)";
            });
  }

  private void add(List<String> lines, List<String> items) {
    List<String> shown = cut(items);
    shown.forEach(it -> lines.addAll(ITEM.lines(it)));
    addRest(lines, items.size() - shown.size());
  }

  private <T> List<T> cut(List<T> items) {
    return whole || items.size() <= SHOWN + 1 ? items : items.subList(0, SHOWN);
  }

  private static void addRest(List<String> lines, int rest) {
    if (rest > 0) {
      lines.add("  ... and %,d more; --all lists them".formatted(rest));
    }
  }
}
