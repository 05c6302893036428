package io.github.containersnap.loopback.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class ReachableBlocksTest {
  private static ReachableBlocks marked(long offset, long length) {
    BitSet blocks = new BitSet();
    ReachableBlocks.mark(blocks, offset, length);
    return new ReachableBlocks(blocks);
  }

  @Property
  void ranges_intersect_if_they_share_a_block(
      @ForAll @IntRange(max = 100_000) int offset,
      @ForAll @IntRange(min = 1, max = 20_000) int length,
      @ForAll @IntRange(max = 100_000) int otherOffset,
      @ForAll @IntRange(min = 1, max = 20_000) int otherLength) {
    boolean share =
        offset / 4096 <= (otherOffset + otherLength - 1) / 4096
            && otherOffset / 4096 <= (offset + length - 1) / 4096;
    assertThat(marked(offset, length).intersects(otherOffset, otherLength)).isEqualTo(share);
  }

  @Test
  void a_part_of_a_block_counts_as_all_of_it() {
    assertThat(marked(4095, 2).bytes()).isEqualTo(8192);
  }

  @Test
  void an_empty_range_intersects_nothing() {
    assertThat(marked(0, 4096).intersects(0, 0)).isFalse();
  }

  @Test
  void a_range_far_beyond_any_image_intersects_nothing() {
    assertThat(marked(0, 4096).intersects(1L << 60, 4096)).isFalse();
  }

  @Test
  void a_negative_range_is_refused() {
    assertThatThrownBy(() -> marked(0, 4096).intersects(-1, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("4 bytes at byte -1 are no range of an image");
  }
}
