package io.github.containersnap.base;

/** Numbers in texts such as versions, of ASCII digits and of any length. */
public final class DecimalDigits {
  private DecimalDigits() {}

  /** Whether a character is one of 0 to 9. */
  public static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }

  /** Where the digits of {@code text} that begin at {@code start} end. */
  public static int end(String text, int start) {
    int end = start;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /** Compares two numbers by value, however many digits there are; no digits are 0. */
  public static int compare(String left, String right) {
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
