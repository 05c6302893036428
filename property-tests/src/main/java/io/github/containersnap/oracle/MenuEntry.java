package io.github.containersnap.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One entry of a boot menu as a boot loader executes it.
 *
 * @param root the subvolume that the kernel is told to mount as root, from the top level
 * @param kernel the kernel's path from the top level
 * @param initrd the initrd's path from the top level
 */
record MenuEntry(String root, String kernel, String initrd) {
  private static final Pattern BLOCK =
      Pattern.compile("menuentry [^{]*\\{(.*?)\\n\\}", Pattern.DOTALL);
  private static final Pattern LINUX = Pattern.compile("\\n\\s*linux\\s+/(\\S+)(.*)");
  private static final Pattern INITRD = Pattern.compile("\\n\\s*initrd\\s+/(\\S+)");
  private static final Pattern ROOT = Pattern.compile("rootflags=\\S*subvol=/?([^\\s,]+)");

  /** All entries of a menu, the default first; an entry that lacks a part counts as none. */
  static List<MenuEntry> all(String menu) {
    List<MenuEntry> entries = new ArrayList<>();
    Matcher block = BLOCK.matcher(menu);
    while (block.find()) {
      read(block.group(1)).ifPresent(entries::add);
    }
    return entries;
  }

  private static Optional<MenuEntry> read(String block) {
    Matcher linux = LINUX.matcher(block);
    Matcher initrd = INITRD.matcher(block);
    if (!linux.find() || !initrd.find()) {
      return Optional.empty();
    }
    Matcher root = ROOT.matcher(linux.group(2));
    return root.find()
        ? Optional.of(new MenuEntry(root.group(1), linux.group(1), initrd.group(1)))
        : Optional.empty();
  }
}
