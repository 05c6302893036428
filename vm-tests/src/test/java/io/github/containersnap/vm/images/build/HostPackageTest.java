package io.github.containersnap.vm.images.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostPackageTest {
  private static final String NAME = "container-snap_0.1.0~SNAPSHOT_amd64.deb";

  private final Path sources;
  private final Path code;

  HostPackageTest(@TempDir Path sources) throws IOException {
    this.sources = sources;
    this.code = Files.createDirectories(sources.resolve("ci/target/gate/1234/lib"));
  }

  @Test
  void what_maven_left_in_the_sources_is_found_from_anywhere_below() throws IOException {
    Path built = Files.createDirectories(sources.resolve("impl/target")).resolve(NAME);
    Files.writeString(built, "deb");

    assertThat(HostPackage.near(code).file()).isEqualTo(built);
  }

  @Test
  void one_that_was_kept_beside_the_program_goes_before_it() throws IOException {
    Files.writeString(Files.createDirectories(sources.resolve("impl/target")).resolve(NAME), "deb");
    Path kept = Files.writeString(code.resolveSibling(NAME), "kept");

    assertThat(HostPackage.near(code).file()).isEqualTo(kept);
  }

  @Test
  void where_there_is_none_the_command_that_makes_it_is_said() {
    assertThatThrownBy(() -> HostPackage.near(code))
        .isInstanceOf(ImageBuildException.class)
        .hasMessageContainingAll(code.toString(), "mvn package -pl impl -DskipTests");
  }

  @Test
  void another_build_has_another_digest() throws IOException {
    Path one = Files.writeString(sources.resolve("one"), "1");
    Path two = Files.writeString(sources.resolve("two"), "2");

    assertThat(new HostPackage(one).digest()).isNotEqualTo(new HostPackage(two).digest());
  }
}
