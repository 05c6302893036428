package io.github.containersnap.engine.model;

import io.github.containersnap.base.DebianVersionOrder;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Orders kernel versions from old to new, as {@code uname -r} prints them.
 *
 * <p>First come the dotted numbers: 6.9 before 6.12, and 6.12 equals 6.12.0. Of equal numbers a
 * release candidate comes before the release: {@code 6.12.0-rc7}, {@code 6.12~rc6-amd64} and
 * Fedora's {@code 6.12.0-0.rc7.59} all before {@code 6.12.0}. What follows is ordered as
 * deb-version(7) has it: digits by value, {@code ~} before the end of the text, letters before
 * other characters.
 */
public final class KernelVersionOrder implements Comparator<String> {
  private static final Pattern NUMBERS = Pattern.compile("[0-9]*(?:\\.[0-9]+)*");
  private static final Pattern CANDIDATE = Pattern.compile("^~|(?<![A-Za-z])rc[0-9]");

  @Override
  public int compare(String left, String right) {
    Parts lefts = Parts.of(left);
    Parts rights = Parts.of(right);
    int order = compareNumbers(lefts.numbers(), rights.numbers());
    if (order == 0) {
      order = Boolean.compare(rights.candidate(), lefts.candidate());
    }
    if (order == 0) {
      order = DebianVersionOrder.comparePart(lefts.rest(), rights.rest());
    }
    return order != 0 ? order : left.compareTo(right);
  }

  /**
   * A version taken apart.
   *
   * @param numbers the dotted numbers it begins with
   * @param candidate whether it is a release candidate
   * @param rest what follows the numbers
   */
  private record Parts(List<BigInteger> numbers, boolean candidate, String rest) {
    static Parts of(String version) {
      Matcher numbers = NUMBERS.matcher(version);
      int end = numbers.lookingAt() ? numbers.end() : 0;
      String rest = version.substring(end);
      return new Parts(
          Pattern.compile("\\.")
              .splitAsStream(version.substring(0, end))
              .filter(number -> !number.isEmpty())
              .map(BigInteger::new)
              .toList(),
          CANDIDATE.matcher(rest).find(),
          rest);
    }
  }

  private static int compareNumbers(List<BigInteger> left, List<BigInteger> right) {
    int order = 0;
    for (int i = 0; order == 0 && i < Math.max(left.size(), right.size()); i++) {
      order = number(left, i).compareTo(number(right, i));
    }
    return order;
  }

  private static BigInteger number(List<BigInteger> numbers, int index) {
    return index < numbers.size() ? numbers.get(index) : BigInteger.ZERO;
  }
}
