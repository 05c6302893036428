package io.github.containersnap.harness.view;

/** The table of filesystems that a system mounts by itself (fstab(5)). */
public final class FstabMounts {
  private FstabMounts() {}

  /**
   * Whether the table mounts something at a directory.
   *
   * @param text the whole table
   * @param directory an absolute path without a trailing slash
   */
  public static boolean mounts(String text, String directory) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\\s+"))
        .anyMatch(
            fields ->
                fields.length > 2
                    && (fields[1].equals(directory) || fields[1].equals(directory + "/")));
  }
}
