package io.github.containersnap.cli;

import io.github.containersnap.cli.option.NamedValueConverter;
import io.github.containersnap.cli.option.RegistryOptions;
import io.github.containersnap.cli.output.LintJson;
import io.github.containersnap.cli.output.LintText;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.image.ImageIntake;
import io.github.containersnap.image.ImageSource;
import io.github.containersnap.image.RegistryAccess;
import io.github.containersnap.image.signature.ImageVerification;
import io.github.containersnap.lint.Lint;
import io.github.containersnap.lint.model.LintReport;
import io.github.containersnap.lint.model.LintRule;
import io.github.containersnap.lint.model.Severity;
import io.github.containersnap.oci.OciLayout;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "lint",
    description = {
      "Checks an image before it is published: whether it boots, can be updated and brings nothing"
          + " that belongs to one machine.",
      "",
      "For builders of images. Works on any Linux with skopeo, needs no root, no btrfs and no"
          + " installed system, and changes nothing. Each finding says why it matters and what to"
          + " do."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap lint oci-archive:os.tar",
      "  container-snap lint --strict --ignore hostname docker://registry.example/os:2",
      "",
      "Files: what is fetched goes below $TMPDIR, or else /var/tmp, and is removed.",
      "",
      "Exit status: 0 no errors (with --strict: no findings at all), 1 there are some, 2 usage, or"
          + " an image that cannot be read."
    },
    mixinStandardHelpOptions = true)
final class LintCommand implements Callable<Integer> {
  @ParentCommand private ContainerSnap parent;

  @Parameters(paramLabel = "REF", description = "The image, as for update.")
  private String reference;

  @Option(names = "--strict", description = "Let warnings count as errors do.")
  private boolean strict;

  @Option(
      names = "--ignore",
      paramLabel = "RULE",
      converter = RuleByName.class,
      description =
          "Leave out the findings of a rule, by its name in brackets; may be given several times.")
  private Set<LintRule> ignored = EnumSet.noneOf(LintRule.class);

  @Option(
      names = "--arch",
      paramLabel = "ARCH",
      description =
          "The architecture that the image is meant for, such as arm64; without it, this"
              + " machine's.")
  private Optional<String> architecture = Optional.empty();

  @Option(names = "--json", description = "Print JSON (schema 1) for machines.")
  private boolean json;

  @Mixin private RegistryOptions registries = new RegistryOptions();

  @SuppressWarnings("NullAway.Init") // picocli injects them
  LintCommand() {}

  @Override
  public Integer call() {
    ImageReference image = ImageSource.parse(reference).reference();
    LintReport report = look(image);
    if (json) {
      parent.out().println(LintJson.of(image, report));
    } else {
      LintText.print(image, report, parent.out());
    }
    boolean bad =
        report.count(Severity.ERROR) > 0 || (strict && report.count(Severity.WARNING) > 0);
    return bad ? FailureReport.FAILED : 0;
  }

  private LintReport look(ImageReference image) {
    String wanted = architecture.orElseGet(OciLayout::hostArchitecture);
    RegistryAccess access = parent.registryAccess(registries);
    ImageReference accepted =
        ImageVerification.accepted(image, access, room(), wanted, parent.error()::println);
    try (ImageIntake fetched = ImageIntake.fetch(accepted, access, room(), wanted)) {
      return Lint.of(fetched.inspected(wanted), ignored);
    }
  }

  private static Path room() {
    return Path.of(Optional.ofNullable(System.getenv("TMPDIR")).orElse("/var/tmp"));
  }

  /** For picocli. */
  static final class RuleByName extends NamedValueConverter<LintRule> {
    RuleByName() {
      super(LintRule.class);
    }
  }
}
