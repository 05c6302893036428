package io.github.containersnap.engine.diff;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the rows of a table in a database of SQLite 3, without SQLite: sqlite.org/fileformat2.html,
 * sections 1 and 2. Indices, the write-ahead log and everything that writes are not known here.
 *
 * <p>Any bytes may be given. No page is read twice, so the work and the rows are bounded by the
 * size of the file. A page or a row that is malformed is left out and counted.
 */
final class SqliteTable {
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int FILE_HEADER = 100;
  private static final int INTERIOR = 5;
  private static final int LEAF = 13;
  private static final int ROOT_OF_SCHEMA = 1;

  /** A valid row of the schema, and of the one table that is read, has few columns. */
  private static final int MOST_COLUMNS = 32;

  /** After so many a file is no database that was damaged, but one made to keep a reader busy. */
  private static final int MOST_FAULTS = 1000;

  private final ByteBuffer file;
  private final int pageSize;
  private final int usable;
  private final BitSet visited = new BitSet();
  private long room;
  private int faults;
  private String firstFault = "";

  private SqliteTable(byte[] content) {
    file = ByteBuffer.wrap(content); // big-endian, as the format
    int size = Short.toUnsignedInt(file.getShort(16));
    pageSize = size == 1 ? 0x10000 : size;
    usable = pageSize - Byte.toUnsignedInt(file.get(20));
    room = content.length;
  }

  /**
   * Gives {@code taker} each row of the table {@code name}, as its columns' bytes. A number is the
   * bytes of its value, big-endian.
   *
   * @return what is malformed, naming the first page; empty if nothing is
   */
  static Optional<String> read(byte[] content, String name, Consumer<List<byte[]>> taker) {
    if (content.length < FILE_HEADER
        || !Arrays.equals(MAGIC, 0, MAGIC.length, content, 0, MAGIC.length)) {
      return Optional.of("it is not a database of SQLite 3");
    }
    SqliteTable table = new SqliteTable(content);
    if (Integer.bitCount(table.pageSize) != 1 || table.usable < 480) {
      return Optional.of("its page size is none of SQLite's");
    }
    List<Long> roots = new ArrayList<>();
    table.walk(ROOT_OF_SCHEMA, row -> root(row, name).ifPresent(roots::add));
    if (roots.size() == 1) {
      table.walk(roots.getFirst(), taker);
    } else if (table.faults == 0) {
      return Optional.of("it has no table " + name);
    }
    return table.faults == 0
        ? Optional.empty()
        : Optional.of(
            table.firstFault
                + (table.faults == 1 ? "" : ", and %,d more".formatted(table.faults - 1)));
  }

  /** Of a row of the schema (type, name, table, root page, text): the root page. */
  private static Optional<Long> root(List<byte[]> row, String name) {
    return row.size() >= 4 && text(row.get(0)).equals("table") && text(row.get(1)).equals(name)
        ? Optional.of(number(row.get(3)))
        : Optional.empty();
  }

  private static String text(byte[] column) {
    return new String(column, StandardCharsets.UTF_8);
  }

  private static long number(byte[] column) {
    long value = 0;
    for (byte digit : column) {
      value = (value << 8) | Byte.toUnsignedInt(digit);
    }
    return value;
  }

  private void walk(long root, Consumer<List<byte[]>> taker) {
    Deque<Long> pending = new ArrayDeque<>(List.of(root));
    while (!pending.isEmpty() && faults < MOST_FAULTS) {
      long page = pending.pop();
      try {
        enter(page, pending, taker);
      } catch (IndexOutOfBoundsException | MalformedPageException malformed) {
        fault(page);
      }
    }
  }

  private void fault(long page) {
    if (faults++ == 0) {
      firstFault = "page %,d is malformed".formatted(page);
    }
  }

  /** Where a page begins in the file; marks it as read. */
  private int begin(long page) throws MalformedPageException {
    if (page < 1 || page > file.capacity() / pageSize || visited.get((int) page)) {
      throw new MalformedPageException();
    }
    visited.set((int) page);
    return (int) ((page - 1) * pageSize);
  }

  private void enter(long page, Deque<Long> pending, Consumer<List<byte[]>> taker)
      throws MalformedPageException {
    int begin = begin(page);
    int header = begin + (page == 1 ? FILE_HEADER : 0);
    int type = file.get(header);
    if (type != INTERIOR && type != LEAF) {
      throw new MalformedPageException();
    }
    int cells = Short.toUnsignedInt(file.getShort(header + 3));
    int pointers = header + (type == LEAF ? 8 : 12);
    if (pointers + 2 * cells > begin + usable) {
      throw new MalformedPageException();
    }
    List<Long> children = new ArrayList<>();
    for (int i = 0; i < cells && faults < MOST_FAULTS; i++) {
      int cell = begin + Short.toUnsignedInt(file.getShort(pointers + 2 * i));
      if (type == INTERIOR) {
        children.add(Integer.toUnsignedLong(file.getInt(cell)));
      } else {
        takeRow(page, begin, cell, taker);
      }
    }
    if (type == INTERIOR) {
      children.add(Integer.toUnsignedLong(file.getInt(header + 8)));
      children.reversed().forEach(pending::push);
    }
  }

  private void takeRow(long page, int begin, int cell, Consumer<List<byte[]>> taker) {
    try {
      taker.accept(columns(payload(begin, cell)));
    } catch (IndexOutOfBoundsException | MalformedPageException malformed) {
      fault(page);
    }
  }

  private ByteBuffer payload(int begin, int cell) throws MalformedPageException {
    ByteBuffer at = file.duplicate().position(Math.min(cell, file.capacity()));
    long length = varint(at);
    varint(at); // the row's number
    int most = usable - 35;
    if (length < 0 || length > room) {
      throw new MalformedPageException();
    }
    room -= length; // rows that overlap would be more than the file
    int local = (int) length;
    if (length > most) {
      int least = (usable - 12) * 32 / 255 - 23;
      int fitting = least + (int) ((length - least) % (usable - 4));
      local = fitting <= most ? fitting : least;
    }
    int start = at.position();
    if (start + local > begin + pageSize) {
      throw new MalformedPageException();
    }
    if (local == length) {
      return file.slice(start, local);
    }
    return ByteBuffer.wrap(overflowing(start, local, (int) length));
  }

  private byte[] overflowing(int start, int local, int length) throws MalformedPageException {
    byte[] all = new byte[length];
    file.get(start, all, 0, local);
    long next = Integer.toUnsignedLong(file.getInt(start + local));
    for (int done = local; done < length; ) {
      int at = begin(next);
      next = Integer.toUnsignedLong(file.getInt(at));
      int part = Math.min(length - done, usable - 4);
      file.get(at + 4, all, done, part);
      done += part;
    }
    return all;
  }

  private static List<byte[]> columns(ByteBuffer payload) throws MalformedPageException {
    long header = varint(payload);
    if (header < 1 || header > payload.capacity()) {
      throw new MalformedPageException();
    }
    List<byte[]> columns = new ArrayList<>();
    int at = (int) header;
    while (payload.position() < header && columns.size() < MOST_COLUMNS) {
      long size = size(varint(payload));
      if (size < 0 || size > payload.capacity() - at) {
        throw new MalformedPageException();
      }
      byte[] column = new byte[(int) size];
      payload.get(at, column);
      columns.add(column);
      at += column.length;
    }
    return columns;
  }

  /** How many bytes a column takes; the numbers 0 and 1 take none, and are not needed here. */
  private static long size(long type) {
    return switch ((int) Math.min(Math.max(type, -1), 12)) {
      case 0, 8, 9 -> 0;
      case 1, 2, 3, 4 -> type;
      case 5 -> 6;
      case 6, 7 -> 8;
      case 12 -> (type - 12) / 2;
      default -> -1;
    };
  }

  private static long varint(ByteBuffer at) throws MalformedPageException {
    long value = 0;
    for (int i = 0; i < 9; i++) {
      if (!at.hasRemaining()) {
        throw new MalformedPageException();
      }
      byte part = at.get();
      if (i == 8) {
        return (value << 8) | Byte.toUnsignedInt(part);
      }
      value = (value << 7) | (part & 0x7f);
      if (part >= 0) {
        return value;
      }
    }
    throw new AssertionError("nine bytes end a number");
  }

  /** A page that is not what the format says. */
  private static final class MalformedPageException extends Exception {
    private static final long serialVersionUID = 1L;
  }
}
