package io.github.containersnap.oci.tar;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where in a sparse file the archive's bytes belong (GNU tar's manual, "Storing Sparse Files"; read
 * as Go's archive/tar does, which podman unpacks with). Everything else of the file is zeros.
 *
 * @param fragments in the file's order, none overlapping another, all inside the file
 * @param size the file's length in bytes
 */
record SparseMap(List<Fragment> fragments, long size) {
  private static final int LARGEST_MAP = 1 << 20;
  private static final int MOST_DIGITS = 18;

  SparseMap {
    fragments = List.copyOf(fragments);
  }

  /** A stretch of the file that the archive has. */
  record Fragment(long offset, long length) {}

  /**
   * The map of these numbers, an offset and its length in turn.
   *
   * @throws IllegalArgumentException with the reason, if no file is like that
   */
  static SparseMap of(List<String> numbers, long size) {
    if (numbers.size() % 2 != 0) {
      throw new IllegalArgumentException("the map of a sparse file has an offset without a length");
    }
    List<Fragment> fragments = new ArrayList<>();
    long end = 0;
    for (int i = 0; i < numbers.size(); i += 2) {
      Fragment fragment = new Fragment(number(numbers.get(i)), number(numbers.get(i + 1)));
      if (fragment.offset() < end || fragment.length() > size - fragment.offset()) {
        throw new IllegalArgumentException(
            "the map of a sparse file of %,d bytes has %,d bytes at %,d, which overlap or go beyond"
                .formatted(size, fragment.length(), fragment.offset()));
      }
      end = fragment.offset() + fragment.length();
      fragments.add(fragment);
    }
    return new SparseMap(fragments, size);
  }

  /**
   * The map at the beginning of a file's content in format 1.0: the number of pairs, then the
   * pairs, each number on a line of its own, filled up with zeros to a whole block.
   *
   * @param content left after the map's last block
   * @throws IllegalArgumentException with the reason, if there is no such map
   */
  static SparseMap read(InputStream content, long size) throws IOException {
    Lines lines = new Lines(content);
    long count = number(lines.next());
    List<String> numbers = new ArrayList<>();
    for (long i = 0; i < 2 * count; i++) {
      numbers.add(lines.next()); // each took a byte of the archive: no claim fills the memory
    }
    return of(numbers, size);
  }

  private static long number(String digits) {
    if (!digits.matches("[0-9]{1," + MOST_DIGITS + "}")) {
      throw new IllegalArgumentException("the map of a sparse file has something but numbers");
    }
    return Long.parseLong(digits);
  }

  /** The bytes that the archive has of it. */
  long stored() {
    return fragments.stream().mapToLong(Fragment::length).sum();
  }

  /** The file's whole content, of which {@code data} has the fragments one after the other. */
  InputStream content(InputStream data) {
    return new Filled(data);
  }

  /** Lines, read from whole blocks. */
  private static final class Lines {
    private final InputStream in;
    private String text = "";
    private int total;

    Lines(InputStream in) {
      this.in = in;
    }

    String next() throws IOException {
      int end = text.indexOf('\n');
      while (end < 0) {
        if (text.length() > MOST_DIGITS) { // else the search would begin again with every block
          throw new IllegalArgumentException("the map of a sparse file has something but numbers");
        }
        byte[] block = in.readNBytes(TarHeader.BLOCK);
        total += block.length;
        if (block.length < TarHeader.BLOCK || total > LARGEST_MAP) {
          throw new IllegalArgumentException(
              "the map of a sparse file has no end within its content or the first %,d bytes"
                  .formatted(LARGEST_MAP));
        }
        text += new String(block, StandardCharsets.ISO_8859_1);
        end = text.indexOf('\n');
      }
      String line = text.substring(0, end);
      text = text.substring(end + 1);
      return line;
    }
  }

  /** The fragments with zeros between them. */
  private final class Filled extends InputStream {
    private final InputStream data;
    private long position;
    private int next;

    Filled(InputStream data) {
      this.data = data;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int start, int length) throws IOException {
      while (next < fragments.size() && position >= end(fragments.get(next))) {
        next++;
      }
      if (position == size) {
        return -1;
      }
      boolean last = next == fragments.size();
      long dataStart = last ? size : fragments.get(next).offset();
      int count;
      if (position < dataStart) {
        count = (int) Math.min(length, dataStart - position);
        Arrays.fill(buffer, start, start + count, (byte) 0);
      } else {
        count =
            data.read(buffer, start, (int) Math.min(length, end(fragments.get(next)) - position));
        if (count < 0) {
          throw new IllegalStateException("A sparse file's data is shorter than its map");
        }
      }
      position += count;
      return count;
    }

    private static long end(Fragment fragment) {
      return fragment.offset() + fragment.length();
    }
  }
}
