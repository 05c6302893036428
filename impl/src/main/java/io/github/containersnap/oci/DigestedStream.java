package io.github.containersnap.oci;

import io.github.containersnap.base.Digests;
import io.github.containersnap.base.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A stream that is read in large blocks and hashed by a thread of its own while its reader does
 * something else with the same bytes.
 *
 * <p>Two blocks take turns: one is being read and the other hashed, so memory stays bounded and the
 * slower side sets the pace.
 */
public final class DigestedStream extends InputStream {
  private static final int BLOCK = 1 << 20;

  private final InputStream in;
  private final MessageDigest sha256 = Sha256.digest();
  private final ExecutorService hashing =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("digest").factory());
  private byte[] current = new byte[BLOCK];
  private byte[] other = new byte[BLOCK];
  private Future<?> currentHashed = CompletableFuture.completedFuture(null);
  private Future<?> otherHashed = CompletableFuture.completedFuture(null);
  private int position;
  private int limit;

  /** A stream of what {@code in} gives; closing it closes {@code in}. */
  public DigestedStream(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    return position < limit || fill() ? current[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] buffer, int start, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position == limit && !fill()) {
      return -1;
    }
    int count = Math.min(length, limit - position);
    System.arraycopy(current, position, buffer, start, count);
    position += count;
    return count;
  }

  /** Takes the block that has been hashed for the next bytes and hands it on to be hashed. */
  private boolean fill() throws IOException {
    await(otherHashed);
    byte[] block = other;
    other = current;
    otherHashed = currentHashed;
    current = block;
    position = 0;
    limit = in.readNBytes(block, 0, BLOCK);
    int count = limit;
    currentHashed = hashing.submit(() -> sha256.update(block, 0, count));
    return limit > 0;
  }

  private static void await(Future<?> hashed) throws IOException {
    try {
      hashed.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Hashing went wrong", e);
    }
  }

  /**
   * The digest of all that was read, as {@code sha256:HEX}; what has not been read is read now. Ask
   * once.
   */
  public String digest() throws IOException {
    do {
      position = limit;
    } while (fill());
    await(currentHashed); // the last of all: one thread hashes in order
    return Digests.of(HexFormat.of().formatHex(sha256.digest()));
  }

  @Override
  public void close() throws IOException {
    hashing.shutdownNow();
    in.close();
  }
}
