package io.github.containersnap.adapter.bootloader;

import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootFiles;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.TrialState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads back what {@link GrubMenuWriter} wrote; anything else is damage.
 *
 * @param file where it was read, for messages
 */
record GrubMenuReader(Path file) {
  private static final Pattern ENTRY =
      Pattern.compile("menuentry '([^']*)' --id ([0-9a-f]{64}(?:-work[0-9]+)?) \\{");
  private static final Pattern LINUX =
      Pattern.compile("  linux /(\\S+) .* container-snap\\.deployment=\\S+(.*)");
  private static final Pattern INITRD = Pattern.compile("  initrd /(\\S+)");
  private static final Pattern VERSION = Pattern.compile("  # kernel (\\S+)");
  private static final Pattern STANDING = Pattern.compile("  # standing (.+)");

  /**
   * @throws DamagedStateException if the menu is none of ours, or only a part of one
   */
  BootMenu read(String text) {
    List<BootEntry> entries = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      Matcher head = ENTRY.matcher(lines.get(i));
      if (lines.get(i).startsWith("menuentry") && !head.matches()) { // GRUB would count it
        throw damaged("an entry has an unknown form");
      }
      if (head.matches()) {
        int end = i;
        while (end < lines.size() && !lines.get(end).equals("}")) {
          end++;
        }
        if (end == lines.size()) { // GRUB would skip this entry and start those before it
          throw damaged("its last entry is cut off");
        }
        entries.add(entry(head, lines.subList(i, end)));
      }
    }
    if (entries.isEmpty()) {
      throw damaged("it has no entry");
    }
    Optional<BootEntry> fallback =
        entries.size() > 1 ? Optional.of(entries.get(1)) : Optional.empty();
    return new BootMenu(entries.getFirst(), fallback);
  }

  private BootEntry entry(Matcher head, List<String> lines) {
    DeploymentId id =
        DeploymentId.read(head.group(2))
            .orElseThrow(() -> damaged(head.group(2) + " is no deployment id"));
    String root = DeploymentLayout.fromTopLevel(id) + "/";
    Matcher linux = first(LINUX, lines);
    BootFiles bootFiles =
        new BootFiles(
            first(VERSION, lines).group(1),
            within(root, linux.group(1)),
            within(root, first(INITRD, lines).group(1)));
    List<String> arguments =
        Arrays.stream(linux.group(2).split(" ", -1)).filter(word -> !word.isEmpty()).toList();
    return new BootEntry(id, bootFiles, arguments, head.group(1), standing(lines));
  }

  private TrialState standing(List<String> lines) {
    String words = first(STANDING, lines).group(1);
    return TrialStateText.read(words).orElseThrow(() -> damaged(words + " is no standing"));
  }

  private Matcher first(Pattern pattern, List<String> lines) {
    return lines.stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .findFirst()
        .orElseThrow(() -> damaged("an entry lacks a line " + pattern));
  }

  private String within(String root, String path) {
    String below = path.startsWith(root) ? path.substring(root.length()) : "";
    if (Stream.of(below.split("/", -1)).anyMatch(Set.of("", ".", "..")::contains)) {
      throw damaged("%s is not below the entry's own deployment".formatted(path));
    }
    return below;
  }

  private DamagedStateException damaged(String why) {
    return new DamagedStateException(file, why);
  }
}
