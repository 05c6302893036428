package io.github.containersnap.cli.option;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a value by the name that it prints, and names all of them where there is none such.
 *
 * @param <T> the values
 */
public abstract class NamedValueConverter<T extends Enum<T>> implements ITypeConverter<T> {
  private final Class<T> type;

  /** A converter of the constants of an enumeration. */
  public NamedValueConverter(Class<T> type) {
    this.type = type;
  }

  @Override
  public T convert(String name) {
    return values()
        .filter(value -> value.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s' is none of %s"
                        .formatted(
                            name, values().map(Enum::toString).collect(Collectors.joining(", ")))));
  }

  private Stream<T> values() {
    return Stream.of(type.getEnumConstants());
  }
}
