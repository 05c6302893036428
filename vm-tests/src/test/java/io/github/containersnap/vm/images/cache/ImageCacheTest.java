package io.github.containersnap.vm.images.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.linux.TreeDeletion;
import io.github.containersnap.vm.images.BuilderProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageCacheTest {
  @TempDir private Path directory;

  private final AtomicInteger builds = new AtomicInteger();
  private ImageCache cache = new ImageCache(Path.of("/nonexistent"));

  @BeforeEach
  void make_the_cache() {
    cache = new ImageCache(directory.resolve("cache"));
  }

  @Test
  void an_entry_is_built_once() throws IOException {
    Path first = cache.entry("tree", List.of("a"), this::build);
    Path second = cache.entry("tree", List.of("a"), this::build);

    assertThat(second).isEqualTo(first);
    assertThat(first.resolve("file")).hasContent("content");
    assertThat(builds).hasValue(1);
    assertThat(drafts()).isEmpty();
  }

  @Test
  void other_inputs_make_another_entry() {
    Path together = cache.entry("tree", List.of("ab", "c"), this::build);
    Path apart = cache.entry("tree", List.of("a", "bc"), this::build);

    assertThat(apart).isNotEqualTo(together);
    assertThat(builds).hasValue(2);
  }

  @Test
  void a_build_that_fails_leaves_nothing_and_is_tried_again() throws IOException {
    assertThatThrownBy(
            () ->
                cache.entry(
                    "tree",
                    List.of("a"),
                    draft -> {
                      Files.writeString(draft.resolve("half"), "ha");
                      throw new IOException("the disk is full");
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasRootCauseMessage("the disk is full");
    assertThat(drafts()).isEmpty();

    Path entry = cache.entry("tree", List.of("a"), this::build);

    assertThat(entry.resolve("half")).doesNotExist();
    assertThat(entry.resolve("file")).exists();
  }

  @Test
  void an_entry_that_somebody_began_to_delete_is_made_again() throws IOException {
    Path entry = cache.entry("tree", List.of("a"), this::build);
    Files.delete(entry.resolve("file"));

    cache.entry("tree", List.of("a"), this::build);

    assertThat(entry.resolve("file")).hasContent("content");
    assertThat(builds).hasValue(2);
  }

  @Test
  void a_cache_that_was_deleted_fills_again() throws IOException {
    cache.entry("tree", List.of("a"), this::build);
    TreeDeletion.removeUnlessMounted(directory.resolve("cache"));

    assertThat(cache.entry("tree", List.of("a"), this::build).resolve("file")).exists();
  }

  @Test
  void a_cache_deleted_during_a_build_does_not_hurt_a_build_begun_after_that() throws IOException {
    Path entry =
        cache.entry(
            "tree",
            List.of("a"),
            draft -> {
              build(draft);
              // What another process would do once our lock file is gone.
              Path other = directory.resolve("cache").resolve("tree-" + keyOf(draft));
              Files.createDirectories(other);
              Files.writeString(other.resolve("file"), "content");
              CacheEntrySeal.set(other);
            });

    assertThat(entry.resolve("file")).hasContent("content");
    assertThat(drafts()).isEmpty();
  }

  @Test
  void threads_that_ask_at_once_share_one_build() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Callable<Path> ask = () -> cache.entry("tree", List.of("a"), this::build);

      List<Future<Path>> answers = threads.invokeAll(List.of(ask, ask, ask, ask));

      assertThat(answers).extracting(Future::get).hasSize(4);
      assertThat(answers.stream().map(Future::resultNow).distinct()).hasSize(1);
    }
    assertThat(builds).hasValue(1);
  }

  @Test
  void a_process_that_waits_uses_what_the_other_built() throws Exception {
    Process first = BuilderProcess.start(directory.resolve("cache"), "finish");
    BuilderProcess.awaitBuilding(first);

    Path entry = cache.entry(BuilderProcess.NAME, BuilderProcess.INPUTS, this::build);

    assertThat(first.waitFor()).isZero();
    assertThat(builds).hasValue(0);
    assertThat(entry.resolve("from")).hasContent("the other process");
  }

  @Test
  void a_killed_build_leaves_a_draft_that_the_next_build_of_any_entry_removes() throws Exception {
    Process killed = BuilderProcess.start(directory.resolve("cache"), "hang");
    BuilderProcess.awaitBuilding(killed);
    killed.destroyForcibly().waitFor();
    assertThat(drafts()).hasSize(1);

    cache.entry("another", List.of("x"), this::build);
    assertThat(drafts()).isEmpty();

    Path entry = cache.entry(BuilderProcess.NAME, BuilderProcess.INPUTS, this::build);
    assertThat(entry.resolve("file")).hasContent("content");
  }

  @Test
  void a_draft_that_somebody_works_on_is_left_alone() throws Exception {
    Process busy = BuilderProcess.start(directory.resolve("cache"), "hang");
    BuilderProcess.awaitBuilding(busy);
    try {
      cache.entry("another", List.of("x"), this::build);
      assertThat(drafts()).hasSize(1);
    } finally {
      busy.destroyForcibly().waitFor();
    }
  }

  @Test
  void a_colon_in_the_path_is_refused_because_image_references_cannot_carry_it() {
    assertThatThrownBy(() -> new ImageCache(Path.of("/tmp/a:b")))
        .hasMessageContaining("/tmp/a:b")
        .hasMessageContaining("CONTAINER_SNAP_CACHE");
  }

  private void build(Path draft) throws IOException {
    builds.incrementAndGet();
    Files.writeString(draft.resolve("file"), "content");
  }

  private static String keyOf(Path draft) {
    return String.valueOf(draft.getFileName()).replaceAll("^tree-|[.].*$", "");
  }

  private List<Path> drafts() throws IOException {
    try (Stream<Path> all = Files.list(directory.resolve("cache").resolve("building"))) {
      return all.toList();
    }
  }
}
