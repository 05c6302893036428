package io.github.containersnap.base;

import java.util.Comparator;

/**
 * Orders versions of Debian packages from old to new, as deb-version(7) has it: {@code
 * [epoch:]upstream[-revision]}. A missing epoch counts as 0, a missing revision as {@code 0}.
 *
 * <p>Two texts can be the same version: {@code 1.0} and {@code 0:1.0-0}. Every text has a place in
 * the order, also one that is not a version.
 */
public final class DebianVersionOrder implements Comparator<String> {
  /** What a letter counts less than any other character by. */
  private static final int OTHER_CHARACTERS = 0x10000;

  @Override
  public int compare(String left, String right) {
    PackageVersion one = PackageVersion.of(left);
    PackageVersion other = PackageVersion.of(right);
    int order = comparePart(one.epoch(), other.epoch());
    if (order == 0) {
      order = comparePart(one.upstream(), other.upstream());
    }
    return order != 0 ? order : comparePart(one.revision(), other.revision());
  }

  /**
   * Compares one part of two versions: text and numbers by turns. In text {@code ~} comes before
   * the end, the end before letters, letters before other characters. No number is 0.
   */
  public static int comparePart(String left, String right) {
    int l = 0;
    int r = 0;
    while (l < left.length() || r < right.length()) {
      int leftWeight = weight(left, l);
      int rightWeight = weight(right, r);
      if (leftWeight != rightWeight) {
        return Integer.compare(leftWeight, rightWeight);
      }
      if (leftWeight != 0) {
        l++;
        r++;
        continue;
      }
      int leftEnd = DecimalDigits.end(left, l);
      int rightEnd = DecimalDigits.end(right, r);
      int order = DecimalDigits.compare(left.substring(l, leftEnd), right.substring(r, rightEnd));
      if (order != 0) {
        return order;
      }
      l = leftEnd;
      r = rightEnd;
    }
    return 0;
  }

  /** A digit ends a text, as the end does. */
  private static int weight(String text, int at) {
    if (at >= text.length() || DecimalDigits.isDigit(text.charAt(at))) {
      return 0;
    }
    char character = text.charAt(at);
    if (character == '~') {
      return -1;
    }
    boolean letter =
        (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z');
    return letter ? character : character + OTHER_CHARACTERS;
  }
}
