package io.github.containersnap.cli.output;

import io.github.containersnap.base.Json;
import io.github.containersnap.engine.arguments.KernelArgumentList;
import io.github.containersnap.engine.model.DeploymentId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code kargs --json}, schema 1: later schemas only add fields.
 *
 * @param deployment the id of the deployment that boots next
 * @param running the id of the running deployment, null if that is the same one
 * @param arguments what its kernel is told, in order
 * @param leftOut what its kernel is not told though a file says so, each a sentence
 * @param inMenu whether the boot menu has just these
 * @param passed whether the boot loader tells a kernel any of these
 */
public record KernelArgumentsJson(
    int schema,
    String deployment,
    @Nullable String running,
    List<Argument> arguments,
    List<String> leftOut,
    boolean inMenu,
    boolean passed) {

  /**
   * One argument.
   *
   * @param file the file that it is in; null if no file says any
   */
  record Argument(String argument, @Nullable String file) {}

  /** The list as JSON text, without a newline at the end. */
  public static String of(KernelArgumentList list) {
    return Json.pretty(
        new KernelArgumentsJson(
            1,
            list.deployment().toString(),
            list.running().map(DeploymentId::toString).orElse(null),
            list.reading().told().stream()
                .map(argument -> new Argument(argument.word(), argument.file().orElse(null)))
                .toList(),
            list.reading().leftOut(),
            list.inMenu(),
            list.passed()));
  }
}
