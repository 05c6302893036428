package io.github.containersnap.harness.testkit;

import java.io.IOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives all test classes the same one of something, made when the first asks for it and, if that is
 * AutoCloseable, closed after the last test.
 *
 * @param <T> what is shared
 */
public abstract class SharedParameter<T> implements ParameterResolver {
  /** Makes it. */
  @FunctionalInterface
  public interface Maker<T> {
    /** Makes it, on behalf of whatever test asks first. */
    T make(ExtensionContext context) throws IOException;
  }

  private final Class<T> type;
  private final Maker<T> maker;

  /**
   * For the parameters of a type.
   *
   * @param type the type
   * @param maker makes the one that all get
   */
  protected SharedParameter(Class<T> type, Maker<T> maker) {
    this.type = type;
    this.maker = maker;
  }

  @Override
  public final boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == type;
  }

  @Override
  public final Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return shared(context);
  }

  /** The one that all get. */
  public final T shared(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .getOrComputeIfAbsent(type, _ -> made(context), type);
  }

  private T made(ExtensionContext context) {
    try {
      return maker.make(context);
    } catch (IOException e) {
      throw new IllegalStateException("the shared " + type.getSimpleName() + " cannot be made", e);
    }
  }
}
