package io.github.containersnap.vm.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The images themselves: built by the real recipes, into this user's cache. */
final class ImagePairTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MIB = 1 << 20;

  @Test
  void the_small_pair_shares_its_base_layer_and_is_small() throws IOException {
    ImagePair pair = new SmallPair(ImageCache.ofThisUser(), System.out::println).make();

    Layers older = Layers.of(pair.oldImage());
    Layers newer = Layers.of(pair.newImage());

    assertThat(older.digests()).hasSize(1);
    assertThat(newer.digests()).hasSize(2).startsWith(older.digests().getFirst());
    assertThat(newer.bytes()).isLessThan(64 * MIB);
    assertThat(older.members(0))
        .contains("etc/os-release", "usr/sbin/init", "usr/share/update-sample/300")
        .anyMatch(name -> name.matches("usr/lib/modules/[^/]+/modules[.]dep"))
        .anyMatch(name -> name.matches("usr/lib/modules/[^/]+/vmlinuz"))
        .anyMatch(name -> name.matches("usr/lib/modules/.*/btrfs[.]ko"));
    assertThat(newer.members(1))
        .contains("usr/lib/os-release", "usr/share/update-sample/added/80")
        .contains("usr/share/update-sample/.wh.removed")
        .anyMatch(name -> name.matches("usr/lib/modules/[^/]+/initramfs[.]img"))
        .noneMatch(name -> name.endsWith("upgrade.sh"));
  }

  @Test
  void the_debian_pair_changes_adds_and_removes_files_in_usr_etc_and_boot() throws IOException {
    ImagePair pair = new DebianPair(ImageCache.ofThisUser(), System.out::println).make();

    Layers older = Layers.of(pair.oldImage());
    Layers newer = Layers.of(pair.newImage());

    assertThat(newer.digests()).hasSize(2).startsWith(older.digests().getFirst());
    assertThat(older.bytes()).isGreaterThan(150 * MIB);
    assertThat(older.members(0))
        .contains("etc/machine-id", "etc/fstab", "usr/lib/systemd/systemd")
        .anyMatch(name -> name.matches("boot/vmlinuz-.*"))
        .anyMatch(name -> name.matches("boot/initrd[.]img-.*"))
        .doesNotContain("etc/resolv.conf", "etc/apt/sources.list", "prepare.sh");
    List<String> upper = newer.members(1);
    assertThat(upper)
        .contains("etc/issue", "etc/update-sample.conf", "etc/.wh.issue.net")
        .contains("usr/share/.wh.lintian", "usr/share/update-sample/added/150")
        .anyMatch(name -> name.matches("boot/initrd[.]img-.*"))
        .anyMatch(name -> name.matches("boot/[.]wh[.]System[.]map-.*"))
        .doesNotContain("upgrade.sh");
    assertThat(upper.stream().filter(name -> name.startsWith("usr/"))).hasSizeGreaterThan(400);
  }

  @Test
  void a_pair_that_is_cached_is_there_at_once() {
    new SmallPair(ImageCache.ofThisUser(), System.out::println).make();
    List<String> said = new ArrayList<>();

    new SmallPair(ImageCache.ofThisUser(), said::add).make();

    assertThat(said).isEmpty();
  }

  /** The layers of an image, lowest first. */
  private record Layers(Path layout, List<String> digests, long bytes) {
    static Layers of(ImageInLayout image) throws IOException {
      String manifest =
          ExternalCommand.of("skopeo", "inspect", "--raw", image.reference()).run().text();
      List<String> digests = new ArrayList<>();
      long bytes = 0;
      for (JsonNode layer : JSON.readTree(manifest).path("layers")) {
        digests.add(layer.path("digest").asText());
        bytes += layer.path("size").asLong();
      }
      return new Layers(image.layoutDirectory(), digests, bytes);
    }

    List<String> members(int layer) {
      Path blob = layout.resolve("blobs").resolve(digests.get(layer).replace(':', '/'));
      return ExternalCommand.of("tar", "--list", "--file", blob).run().lines().stream()
          .map(name -> name.replaceFirst("^[.]?/", "").replaceFirst("/$", ""))
          .toList();
    }
  }
}
