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
    int order = comparePart(epoch(left), epoch(right));
    if (order == 0) {
      order = comparePart(upstream(left), upstream(right));
    }
    return order != 0 ? order : comparePart(revision(left), revision(right));
  }

  private static String epoch(String version) {
    return version.substring(0, Math.max(0, version.indexOf(':')));
  }

  private static String upstream(String version) {
    String rest = withoutEpoch(version);
    int hyphen = rest.lastIndexOf('-');
    return hyphen < 0 ? rest : rest.substring(0, hyphen);
  }

  private static String revision(String version) {
    String rest = withoutEpoch(version);
    return rest.substring(rest.lastIndexOf('-') < 0 ? rest.length() : rest.lastIndexOf('-') + 1);
  }

  private static String withoutEpoch(String version) {
    return version.substring(version.indexOf(':') + 1);
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
      int leftEnd = endOfDigits(left, l);
      int rightEnd = endOfDigits(right, r);
      int order = compareNumbers(left.substring(l, leftEnd), right.substring(r, rightEnd));
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
    if (at >= text.length() || isDigit(text.charAt(at))) {
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

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }

  private static int endOfDigits(String text, int start) {
    int end = start;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /** By value, however many digits there are. */
  private static int compareNumbers(String left, String right) {
    String one = withoutZeros(left);
    String other = withoutZeros(right);
    int order = Integer.compare(one.length(), other.length());
    return order != 0 ? order : one.compareTo(other);
  }

  private static String withoutZeros(String digits) {
    int start = 0;
    while (start < digits.length() && digits.charAt(start) == '0') {
      start++;
    }
    return digits.substring(start);
  }
}
