package io.github.containersnap.engine.diff;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads rpm's database in SQLite: the table {@code Packages} has a header in each row, and a header
 * is an index of tags and the data that they lead to (rpm's format v4).
 *
 * <p>A header that cannot be read, or whose name or version rpm would not build, is left out.
 */
final class RpmDatabase {
  private static final String TABLE = "Packages";

  private static final int NAME = 1000;
  private static final int VERSION = 1001;
  private static final int RELEASE = 1002;
  private static final int EPOCH = 1003;
  private static final int ARCHITECTURE = 1022;
  private static final int INT32 = 4;
  private static final int STRING = 6;
  private static final int INDEX_ENTRY = 16;

  /** Keys that rpm trusts are in the table as well, and are not packages. */
  private static final String KEY = "gpg-pubkey";

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]{0,200}");
  private static final Pattern PLAIN_VERSION = Pattern.compile("[A-Za-z0-9._+~^]{1,200}");

  private RpmDatabase() {}

  /**
   * Reads the bytes of a database.
   *
   * @param file its path, for the warning
   */
  static PackageReading of(String file, byte[] content) {
    List<InstalledPackage> packages = new ArrayList<>();
    List<Integer> unusable = new ArrayList<>();
    Optional<String> malformed =
        SqliteTable.read(
            content,
            TABLE,
            row -> {
              Optional<InstalledPackage> found =
                  row.size() < 2 ? Optional.empty() : header(ByteBuffer.wrap(row.get(1)));
              if (found.isEmpty()) {
                unusable.add(row.size());
              }
              found.filter(it -> !it.name().equals(KEY)).ifPresent(packages::add);
            });
    Optional<String> fault =
        malformed.or(
            () ->
                unusable.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                        "%,d headers of packages are malformed".formatted(unusable.size())));
    return new PackageReading(
        packages, fault.map(what -> "%s: %s. The rest is shown.".formatted(file, what)));
  }

  private static Optional<InstalledPackage> header(ByteBuffer header) {
    if (header.capacity() < 8) {
      return Optional.empty();
    }
    long entries = Integer.toUnsignedLong(header.getInt(0));
    long data = Integer.toUnsignedLong(header.getInt(4));
    if (8 + entries * INDEX_ENTRY + data > header.capacity()) {
      return Optional.empty();
    }
    String name = "";
    String version = "";
    String release = "";
    String epoch = "";
    String architecture = "";
    int start = 8 + (int) entries * INDEX_ENTRY;
    ByteBuffer values = header.slice(start, (int) data);
    for (int at = 8; at < start; at += INDEX_ENTRY) {
      int type = header.getInt(at + 4);
      int offset = header.getInt(at + 8);
      switch (header.getInt(at)) {
        case NAME -> name = text(values, type, offset);
        case VERSION -> version = text(values, type, offset);
        case RELEASE -> release = text(values, type, offset);
        case ARCHITECTURE -> architecture = text(values, type, offset);
        case EPOCH ->
            epoch =
                type == INT32 && offset >= 0 && offset + 4L <= values.capacity()
                    ? Integer.toUnsignedString(values.getInt(offset)) + ":"
                    : "";
        default -> {}
      }
    }
    boolean usable =
        PLAIN_NAME.matcher(name).matches()
            && PLAIN_VERSION.matcher(version).matches()
            && PLAIN_VERSION.matcher(release).matches()
            && (architecture.isEmpty() || PLAIN_NAME.matcher(architecture).matches());
    return usable
        ? Optional.of(new InstalledPackage(name, architecture, epoch + version + "-" + release))
        : Optional.empty();
  }

  /** The text at {@code offset}; "" if there is none. */
  private static String text(ByteBuffer values, int type, int offset) {
    if (type != STRING || offset < 0) {
      return "";
    }
    int end = offset;
    while (end < values.capacity() && values.get(end) != 0) {
      end++;
    }
    if (end >= values.capacity()) {
      return "";
    }
    byte[] text = new byte[end - offset];
    values.get(offset, text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
