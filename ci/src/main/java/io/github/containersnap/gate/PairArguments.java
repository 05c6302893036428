package io.github.containersnap.gate;

import io.github.containersnap.cli.option.RegistryOptions;
import io.github.containersnap.gate.images.PairSource;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The two images of an update as a person names them, and how registries are asked for them. */
final class PairArguments {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "OLD",
      description = "The image to update from; none with --small.")
  private Optional<String> oldImage = Optional.empty();

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NEW",
      description = "The image to update to; none with --small.")
  private Optional<String> newImage = Optional.empty();

  @Option(
      names = "--insecure",
      description = "Talk to registries without a valid TLS certificate, or without TLS.")
  private boolean insecure;

  @Mixin private RegistryOptions registries = new RegistryOptions();

  /**
   * Where the pair comes from.
   *
   * @param spec the command, for errors
   * @param small whether the small pair is asked for
   */
  PairSource source(CommandSpec spec, boolean small) {
    return NamedPair.of(spec, small, oldImage, newImage, registries.access(!insecure));
  }
}
