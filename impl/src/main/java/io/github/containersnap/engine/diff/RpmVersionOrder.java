package io.github.containersnap.engine.diff;

import java.util.Comparator;

/**
 * Orders versions of rpm packages, {@code [epoch:]version[-release]}, from old to new, as rpm does
 * (rpm-version(7), {@code rpmvercmp}): numbers by value, letters by code, {@code ~} before the end,
 * {@code ^} after it, and everything else only separates. A missing epoch counts as 0.
 */
final class RpmVersionOrder implements Comparator<String> {
  @Override
  public int compare(String left, String right) {
    int order = compareNumbers(epoch(left), epoch(right));
    if (order == 0) {
      order = comparePart(version(left), version(right));
    }
    return order != 0 ? order : comparePart(release(left), release(right));
  }

  private static String epoch(String text) {
    return text.substring(0, Math.max(0, text.indexOf(':')));
  }

  private static String withoutEpoch(String text) {
    return text.substring(text.indexOf(':') + 1);
  }

  private static String version(String text) {
    String rest = withoutEpoch(text);
    int hyphen = rest.lastIndexOf('-');
    return hyphen < 0 ? rest : rest.substring(0, hyphen);
  }

  private static String release(String text) {
    String rest = withoutEpoch(text);
    int hyphen = rest.lastIndexOf('-');
    return hyphen < 0 ? "" : rest.substring(hyphen + 1);
  }

  /** Compares one part of two versions. */
  static int comparePart(String left, String right) {
    int l = 0;
    int r = 0;
    while (true) {
      l = skipSeparators(left, l);
      r = skipSeparators(right, r);
      char one = at(left, l);
      char other = at(right, r);
      if (one == '~' || other == '~' || one == '^' || other == '^') {
        if (one != other) {
          return compareMarks(one, other);
        }
        l++;
        r++;
      } else if (one == 0 || other == 0) {
        return Boolean.compare(one != 0, other != 0);
      } else {
        boolean numbers = isDigit(one);
        if (numbers != isDigit(other)) {
          return numbers ? 1 : -1; // a number is newer than a word
        }
        int leftEnd = end(left, l, numbers);
        int rightEnd = end(right, r, numbers);
        String word = left.substring(l, leftEnd);
        String otherWord = right.substring(r, rightEnd);
        int order = numbers ? compareNumbers(word, otherWord) : word.compareTo(otherWord);
        if (order != 0) {
          return order;
        }
        l = leftEnd;
        r = rightEnd;
      }
    }
  }

  /** One of two different characters is {@code ~} or {@code ^}; 0 is the end. */
  private static int compareMarks(char one, char other) {
    return Integer.compare(rank(one), rank(other));
  }

  private static int rank(char mark) {
    return switch (mark) {
      case '~' -> -1;
      case 0 -> 0;
      case '^' -> 1;
      default -> 2;
    };
  }

  private static int skipSeparators(String text, int start) {
    int at = start;
    while (at < text.length() && !counts(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean counts(char character) {
    return isDigit(character) || isLetter(character) || character == '~' || character == '^';
  }

  private static char at(String text, int index) {
    return index < text.length() ? text.charAt(index) : 0;
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }

  private static boolean isLetter(char character) {
    return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z');
  }

  private static int end(String text, int start, boolean numbers) {
    int end = start;
    while (end < text.length()
        && (numbers ? isDigit(text.charAt(end)) : isLetter(text.charAt(end)))) {
      end++;
    }
    return end;
  }

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
