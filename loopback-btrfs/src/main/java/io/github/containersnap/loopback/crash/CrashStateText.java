package io.github.containersnap.loopback.crash;

/** Reads the text form of crash states. */
final class CrashStateText {
  private static final int LONGEST_SHOWN = 60;

  private CrashStateText() {}

  /** Strict: what is read must be written the same way again. */
  static CrashState parse(String text) {
    try {
      CrashState state = read(text.split(":", -1));
      if (state.toString().equals(text)) {
        return state;
      }
    } catch (IllegalArgumentException e) { // NumberFormatException is one
      throw notOne(text, e);
    }
    throw notOne(text, null);
  }

  private static IllegalArgumentException notOne(
      String text, @org.jspecify.annotations.Nullable Exception cause) {
    String shown =
        text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN - 1) + "…";
    return new IllegalArgumentException(
        ("'%s' is no address of a crash state; these are: prefix:ENTRIES, dropped:WRITE,"
                + " kept:WRITE, subset:EPOCH:SEED, lost:EPOCH:WRITES, torn:WRITE:FIRST-LAST:BYTES")
            .formatted(shown),
        cause);
  }

  private static CrashState read(String[] parts) {
    return switch (parts[0] + "/" + parts.length) {
      case "prefix/2" -> new CrashState.Prefix(Integer.parseInt(parts[1]));
      case "dropped/2" -> new CrashState.Dropped(Integer.parseInt(parts[1]));
      case "kept/2" -> new CrashState.Kept(Integer.parseInt(parts[1]));
      case "subset/3" ->
          new CrashState.Subset(Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
      case "lost/3" -> new CrashState.Lost(Integer.parseInt(parts[1]), IndexRanges.parse(parts[2]));
      case "torn/4" -> torn(parts[1], parts[2].split("-", -1), parts[3]);
      default -> throw new IllegalArgumentException("an unknown form");
    };
  }

  private static CrashState torn(String write, String[] units, String unit) {
    if (units.length != 2) {
      throw new IllegalArgumentException("units are FIRST-LAST");
    }
    return new CrashState.Torn(
        Integer.parseInt(write),
        Integer.parseInt(units[0]),
        Integer.parseInt(units[1]),
        Integer.parseInt(unit));
  }
}
