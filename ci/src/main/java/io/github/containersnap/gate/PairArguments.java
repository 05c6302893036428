package io.github.containersnap.gate;

import io.github.containersnap.cli.option.RegistryOptions;
import io.github.containersnap.gate.images.DefaultPair;
import io.github.containersnap.gate.images.GivenPair;
import io.github.containersnap.gate.images.PairSource;
import io.github.containersnap.gate.run.UnusableInputException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.MissingParameterException;
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
   * @param spec the command
   * @param small whether it asks for the small pair
   * @throws UnusableInputException if it names images all the same
   * @throws MissingParameterException if it names none, or only one
   */
  PairSource source(CommandSpec spec, boolean small) {
    if (small) {
      if (oldImage.isPresent()) {
        throw new UnusableInputException(
            "--small makes its own two images; leave OLD and NEW out.");
      }
      return new DefaultPair(true);
    }
    return new GivenPair(
        oldImage.orElseThrow(() -> missing(spec, "Missing required parameters: 'OLD', 'NEW'")),
        newImage.orElseThrow(() -> missing(spec, "Missing required parameter: 'NEW'")),
        registries.access(!insecure));
  }

  /** The same, but Debian's pair if none is named. */
  PairSource sourceOrDebian(CommandSpec spec, boolean small) {
    return !small && oldImage.isEmpty() ? new DefaultPair(false) : source(spec, small);
  }

  private static MissingParameterException missing(CommandSpec spec, String message) {
    return new MissingParameterException(
        spec.commandLine(), List.copyOf(spec.positionalParameters()), message);
  }
}
