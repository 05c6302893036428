package io.github.containersnap.engine.diff;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a file of dpkg's database: paragraphs of fields (deb-control(5)), one for each package.
 *
 * <p>A paragraph that cannot be read is left out, and so is a line that is not a field; all others
 * count. Names and versions that Debian policy does not permit are not read.
 */
final class DpkgStatus {
  private static final int LONGEST = 200;
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9+.-]{0," + LONGEST + "}");
  private static final Pattern ARCHITECTURE = Pattern.compile("[a-z0-9-]{0,40}");
  private static final Pattern VERSION =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9.+:~-]{0," + LONGEST + "}");

  /** The states of a package (dpkg(1)) in which its files are there. */
  private static final Set<String> PRESENT =
      Set.of("installed", "unpacked", "half-configured", "triggers-awaited", "triggers-pending");

  private static final Set<String> WANTED = Set.of("package", "status", "version", "architecture");

  private final String file;
  private final List<InstalledPackage> packages = new ArrayList<>();
  private final Map<String, String> fields = new HashMap<>();
  private int firstLine;
  private int faults;
  private String firstFault = "";

  private DpkgStatus(String file) {
    this.file = file;
  }

  /**
   * Reads the bytes of a file.
   *
   * @param file its path, for the warning
   */
  static PackageReading of(String file, byte[] content) {
    DpkgStatus status = new DpkgStatus(file);
    int number = 0;
    for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
      status.take(++number, line);
    }
    status.end();
    return new PackageReading(status.packages, status.warning());
  }

  private Optional<String> warning() {
    return faults == 0
        ? Optional.empty()
        : Optional.of(
            "%s, %s%s. The rest is shown."
                .formatted(
                    file, firstFault, faults == 1 ? "" : ", and %,d more".formatted(faults - 1)));
  }

  private void take(int number, String line) {
    if (line.isBlank()) {
      end();
      return;
    }
    if (firstLine == 0) {
      firstLine = number;
    }
    if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
      return; // continues a field; none of those that are read has a second line
    }
    int colon = line.indexOf(':');
    if (colon <= 0) {
      fault(number, "is not a field");
      return;
    }
    String field = lowerCase(line.substring(0, colon));
    if (WANTED.contains(field) && fields.put(field, line.substring(colon + 1).strip()) != null) {
      fault(number, "repeats the field " + field);
    }
  }

  private static String lowerCase(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private void fault(int line, String what) {
    if (faults++ == 0) {
      firstFault = "line %,d %s".formatted(line, what);
    }
  }

  private void end() {
    if (firstLine > 0) {
      add();
    }
    fields.clear();
    firstLine = 0;
  }

  private void add() {
    String name = fields.getOrDefault("package", "");
    String version = fields.getOrDefault("version", "");
    String architecture = fields.getOrDefault("architecture", "");
    if (!NAME.matcher(name).matches()) {
      fault(firstLine, "begins a package without a usable name");
    } else if (isPresent()) {
      if (!VERSION.matcher(version).matches() || !ARCHITECTURE.matcher(architecture).matches()) {
        fault(firstLine, "begins a package without a usable version or architecture");
      } else {
        packages.add(new InstalledPackage(name, architecture, version));
      }
    }
  }

  /** Files in {@code status.d} have no state: what has such a file is there. */
  private boolean isPresent() {
    String status = fields.get("status");
    return status == null || PRESENT.contains(status.substring(status.lastIndexOf(' ') + 1));
  }
}
