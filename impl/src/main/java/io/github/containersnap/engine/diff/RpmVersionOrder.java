package io.github.containersnap.engine.diff;

import io.github.containersnap.base.DecimalDigits;
import io.github.containersnap.base.PackageVersion;
import java.util.Comparator;

/**
 * Orders versions of rpm packages, {@code [epoch:]version[-release]}, from old to new, as rpm does
 * (rpm-version(7), {@code rpmvercmp}): numbers by value, letters by code, {@code ~} before the end,
 * {@code ^} after it, and everything else only separates. A missing epoch counts as 0.
 */
final class RpmVersionOrder implements Comparator<String> {
  @Override
  public int compare(String left, String right) {
    PackageVersion one = PackageVersion.of(left);
    PackageVersion other = PackageVersion.of(right);
    int order = DecimalDigits.compare(one.epoch(), other.epoch());
    if (order == 0) {
      order = comparePart(one.upstream(), other.upstream());
    }
    return order != 0 ? order : comparePart(one.revision(), other.revision());
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
        boolean numbers = DecimalDigits.isDigit(one);
        if (numbers != DecimalDigits.isDigit(other)) {
          return numbers ? 1 : -1; // a number is newer than a word
        }
        int leftEnd = end(left, l, numbers);
        int rightEnd = end(right, r, numbers);
        String word = left.substring(l, leftEnd);
        String otherWord = right.substring(r, rightEnd);
        int order = numbers ? DecimalDigits.compare(word, otherWord) : word.compareTo(otherWord);
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
    return DecimalDigits.isDigit(character)
        || isLetter(character)
        || character == '~'
        || character == '^';
  }

  private static char at(String text, int index) {
    return index < text.length() ? text.charAt(index) : 0;
  }

  private static boolean isLetter(char character) {
    return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z');
  }

  private static int end(String text, int start, boolean numbers) {
    return numbers ? DecimalDigits.end(text, start) : endOfLetters(text, start);
  }

  private static int endOfLetters(String text, int start) {
    int end = start;
    while (end < text.length() && isLetter(text.charAt(end))) {
      end++;
    }
    return end;
  }
}
