package io.github.containersnap.vm.images.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AptSourcesTest {
  @TempDir private Path etcApt;

  @Test
  void a_one_line_source_with_options_is_read() {
    assertThat(
            AptSources.parseLines(
                """
                # deb http://commented.example/debian bookworm main
                deb-src http://source.example/debian bookworm main
                deb [arch=amd64 signed-by=/k.gpg trusted=yes]  http://a.example/debian  bookworm main contrib # why
                """))
        .containsExactly(
            new AptSource(
                "http://a.example/debian",
                List.of("bookworm"),
                List.of("main", "contrib"),
                Optional.of("/k.gpg"),
                true));
  }

  @Test
  void a_stanza_gives_one_source_for_each_uri() {
    assertThat(
            AptSources.parseStanzas(
                """
                Types: deb deb-src
                # a comment within
                URIs: https://a.example/debian
                  https://b.example/debian
                Suites: trixie trixie-updates
                Components: main
                Signed-By: /one.gpg /two.gpg

                Enabled: no
                Types: deb
                URIs: https://off.example/debian
                Suites: trixie
                Components: main
                """))
        .extracting(AptSource::uri, source -> source.signedBy().orElse(""))
        .containsExactly(
            tuple("https://a.example/debian", "/one.gpg,/two.gpg"),
            tuple("https://b.example/debian", "/one.gpg,/two.gpg"));
  }

  @Test
  void a_key_within_a_stanza_loses_its_indentation() {
    AptSource source =
        AptSources.parseStanzas(
                """
                Types: deb
                URIs: https://a.example/debian
                Suites: trixie
                Components: main
                Signed-By:
                 -----BEGIN PGP PUBLIC KEY BLOCK-----
                 .
                 mQINBF
                 -----END PGP PUBLIC KEY BLOCK-----
                """)
            .getFirst();

    assertThat(source.keyIsInline()).isTrue();
    assertThat(source.signedBy())
        .hasValue(
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQINBF\n-----END PGP PUBLIC KEY BLOCK-----\n");
    assertThat(source.withKeyFile("/k.asc").line("trixie"))
        .isEqualTo("deb [signed-by=/k.asc] https://a.example/debian trixie main");
  }

  @Test
  void debian_is_told_from_vendors_who_name_their_suites_after_it() throws IOException {
    Files.writeString(
        etcApt.resolve("sources.list"), "deb https://vendor.example/apt bookworm main\n");
    Path parts = Files.createDirectory(etcApt.resolve("sources.list.d"));
    Files.writeString(parts.resolve("a.list"), "deb https://other.example/repo stable main\n");
    Files.writeString(
        parts.resolve("debian.sources"),
        """
        Types: deb
        URIs: http://mirror.example/debian/
        Suites: bookworm bookworm-updates
        Components: main
        Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
        """);
    Files.writeString(
        parts.resolve("off.list.disabled"), "deb http://disabled.example/debian bookworm main\n");

    assertThat(AptSources.readFrom(etcApt).debian())
        .map(source -> source.line("trixie"))
        .hasValue(
            "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
                + " http://mirror.example/debian/ trixie main");
  }

  @Test
  void a_machine_without_a_debian_archive_has_none() throws IOException {
    Files.writeString(
        etcApt.resolve("sources.list"),
        "deb file:/local/debian bookworm main\ndeb http://v.example/apt nodistro main\n");

    assertThat(AptSources.readFrom(etcApt).debian()).isEmpty();
  }
}
