package io.github.containersnap.cli.option;

import io.github.containersnap.engine.model.Bytes;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes as truncate(1) and qemu-img(1) take them: {@code 16G}, {@code 900M}, {@code 1048576}. */
public final class SizeConverter implements ITypeConverter<Bytes> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,15})([KMGT]?)(?:I?B)?");
  private static final String UNITS = "KMGT";
  private static final long LARGEST = 1L << 60;

  @Override
  public Bytes convert(String text) {
    Matcher size = FORM.matcher(text.toUpperCase(Locale.ROOT));
    if (!size.matches()) {
      throw new TypeConversionException(
          "'%s' is not a size; write it as 16G, 900M or a number of bytes".formatted(text));
    }
    int shift = size.group(2).isEmpty() ? 0 : 10 * (UNITS.indexOf(size.group(2)) + 1);
    long count = Long.parseLong(size.group(1));
    if (count > LARGEST >> shift) {
      throw new TypeConversionException("'%s' is more than any disk has".formatted(text));
    }
    return new Bytes(count << shift);
  }
}
