package io.github.containersnap.gate;

import io.github.containersnap.gate.images.DefaultPair;
import io.github.containersnap.gate.images.GivenPair;
import io.github.containersnap.gate.images.PairSource;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.image.RegistryAccess;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;

/** The pair of images that a command line names. */
final class NamedPair {
  private NamedPair() {}

  /**
   * The pair.
   *
   * @param spec the command
   * @param small whether it asks for the small pair
   * @throws UnusableInputException if it names images all the same
   * @throws MissingParameterException if it names none, or only one
   */
  static PairSource of(
      CommandSpec spec,
      boolean small,
      Optional<String> oldImage,
      Optional<String> newImage,
      RegistryAccess access) {
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
        access);
  }

  private static MissingParameterException missing(CommandSpec spec, String message) {
    return new MissingParameterException(
        spec.commandLine(), List.copyOf(spec.positionalParameters()), message);
  }
}
