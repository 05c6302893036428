package io.github.containersnap.engine.bootable;

import java.util.regex.Pattern;

/** Paths that a boot menu can hold without quoting: image content is hostile until checked. */
final class BootPath {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9+,./:=@_~-]+");

  private BootPath() {}

  static boolean isPlain(String path) {
    return PLAIN.matcher(path).matches() && !path.contains("..");
  }
}
