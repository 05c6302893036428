package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.vm.images.SmallPair;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The small pair of images, made before the first run; after the last one, nothing is left. */
abstract class RunsOfTheSmallPair {
  @TempDir static Path directory;

  @BeforeAll
  static void makeTheImages() {
    assertThat(new SmallPair(ImageCache.ofThisUser(), line -> {}).make()).isNotNull();
  }

  @AfterAll
  static void nothing_is_left() throws Exception {
    Remains.assertNothingIsLeftOf(ProcessHandle.current().pid());
  }

  static JsonNode json(String text) throws Exception {
    return JsonMapper.builder().build().readTree(text);
  }
}
