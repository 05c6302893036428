package io.github.containersnap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.BtrfsOnLoop;
import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.cli.ImageAsBuilt.Config;
import io.github.containersnap.cli.ImageAsBuilt.Form;
import io.github.containersnap.oci.OddArchive;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;

/**
 * What lint passes can be pulled and deployed, by podman, on a real btrfs; what cannot be, lint has
 * named. The whole command line takes part.
 */
class LintedImagesDeployProperties {
  private static Path directory = Path.of("");
  private static Optional<BtrfsOnLoop> inUse = Optional.empty();
  private static int images;

  @BeforeContainer
  static void make_a_system() throws IOException {
    directory = Files.createTempDirectory("linted-");
    inUse = Optional.of(new BtrfsOnLoop(Files.createDirectory(directory.resolve("disk")), "2G"));
    assertThat(run("init").exit()).isZero();
  }

  @AfterContainer
  static void remove_the_system() throws IOException {
    inUse.ifPresent(BtrfsOnLoop::close);
    remove(directory);
  }

  private static void remove(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private record Result(int exit, String text) {}

  private static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out, true);
    List<String> line =
        new ArrayList<>(List.of("--root", inUse.orElseThrow().directory().toString()));
    line.addAll(List.of(arguments));
    int exit =
        ContainerSnap.commandLine(new RealMachineAccess(directory.resolve("run")))
            .setOut(writer)
            .setErr(writer)
            .execute(line.toArray(String[]::new));
    return new Result(exit, out.toString());
  }

  @Provide
  Arbitrary<ImageAsBuilt> images() {
    return ImageAsBuilt.any();
  }

  @Example
  void a_sparse_file_is_deployed_and_then_again_on_other_layers() throws IOException {
    isDeployedAgainOnOtherLayers(OddArchive.ofSparseFile());
  }

  @Example
  void a_file_that_its_layer_removes_is_deployed_and_then_again_on_other_layers()
      throws IOException {
    isDeployedAgainOnOtherLayers(OddArchive.ofRemovedFile());
  }

  /** podman keeps too little of such a layer to rebuild its archive, and to copy it. */
  private static void isDeployedAgainOnOtherLayers(OddArchive odd) throws IOException {
    for (Form form : List.of(Form.LAYOUT, Form.DOCKER_ARCHIVE, Form.LAYOUT)) {
      ImageAsBuilt image = ImageAsBuilt.usual(form, Config.USUAL, Optional.of(odd));
      int number = images++;
      Path built = directory.resolve("odd" + number);
      String reference = image.in(built, number);
      Result update = run("update", reference);
      assertThat(update.exit()).as(update.text()).isZero();
      Result verify = run("verify", deployed());
      assertThat(verify.exit()).as(verify.text()).isZero();
    }
  }

  /** podman takes it, and no proof of it is possible; nothing of the store is at fault. */
  @Example
  void a_configuration_of_more_layers_than_there_are_is_refused_before_the_pull()
      throws IOException {
    for (Form form : List.of(Form.LAYOUT, Form.DOCKER_ARCHIVE)) {
      ImageAsBuilt image = ImageAsBuilt.usual(form, Config.ONE_DIFF_ID_MORE, Optional.empty());
      int number = images++;
      String reference = image.in(directory.resolve("more" + number), number);
      Result update = run("update", reference);
      assertThat(update.exit()).as(update.text()).isEqualTo(2);
      assertThat(update.text()).contains(reference).doesNotContain("pulling the image");
    }
  }

  @Property(tries = 4, shrinking = ShrinkingMode.OFF)
  void a_few_images_that_lint_passes_are_deployed(@ForAll("images") ImageAsBuilt image)
      throws IOException {
    isDeployedOrNamed(image);
  }

  @Property(tries = 400, shrinking = ShrinkingMode.OFF)
  @Tag("exhaustive")
  void images_that_lint_passes_are_deployed(@ForAll("images") ImageAsBuilt image)
      throws IOException {
    isDeployedOrNamed(image);
  }

  private static void isDeployedOrNamed(ImageAsBuilt image) throws IOException {
    int number = images++;
    Path built = directory.resolve("image" + number);
    String reference = image.in(built, number);
    Result lint = run("lint", reference);
    Result update = run("update", reference);
    Result verify = update.exit() == 0 ? run("verify", deployed()) : update;
    assertThat(lint.exit()).as(lint.text()).isBetween(0, 2);
    if (lint.exit() == 0) {
      assertThat(update.exit()).as("%s%n%s%n%s", image, lint.text(), update.text()).isZero();
      assertThat(verify.exit()).as("%s%n%s", image, verify.text()).isZero();
    } else {
      assertThat(lint.text()).as("lint says why").isNotBlank();
    }
    if (update.exit() != 0) {
      assertThat(update.exit()).as("%s%n%s", image, update.text()).isEqualTo(2);
    }
    Statistics.label("lint passes").collect(lint.exit() == 0);
    Statistics.label("deployed").collect(update.exit() == 0);
    remove(built);
  }

  private static String deployed() {
    return run("get-default").text().strip();
  }
}
