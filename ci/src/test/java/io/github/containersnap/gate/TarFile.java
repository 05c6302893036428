package io.github.containersnap.gate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.archivers.zip.ZipEncoding;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;

/** A tar archive, made header by header: no tool writes some of these. */
final class TarFile {
  private static final ZipEncoding ASCII = ZipEncodingHelper.getZipEncoding("US-ASCII");
  private static final int SIZE_OFFSET = 124;
  private static final int CHECKSUM = 8;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  TarFile directory(String name) {
    return entry(TarConstants.LF_DIR, name, "", 0755, "", 0);
  }

  TarFile file(String name, String content) {
    return entry(TarConstants.LF_NORMAL, name, "", 0644, content, content.length());
  }

  TarFile executable(String name, String content) {
    return entry(TarConstants.LF_NORMAL, name, "", 0755, content, content.length());
  }

  TarFile symlink(String name, String target) {
    return entry(TarConstants.LF_SYMLINK, name, target, 0777, "", 0);
  }

  TarFile hardLink(String name, String target) {
    return entry(TarConstants.LF_LINK, name, target, 0644, "", 0);
  }

  /** A character device, such as /dev/mem with the numbers 1 and 1. */
  TarFile device(String name) {
    return entry(TarConstants.LF_CHR, name, "", 0600, "", 0);
  }

  /** A file that claims another size than its content has. */
  TarFile claiming(String name, long size) {
    return entry(TarConstants.LF_NORMAL, name, "", 0644, "", size);
  }

  private TarFile entry(
      byte type, String name, String link, int mode, String content, long claimedSize) {
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setLinkName(link);
    entry.setMode(mode);
    entry.setSize(Math.max(0, claimedSize));
    entry.setModTime(0);
    entry.setDevMajor(1);
    entry.setDevMinor(1);
    byte[] header = new byte[TarConstants.DEFAULT_RCDSIZE];
    try {
      entry.writeEntryHeader(header, ASCII, true); // large sizes in GNU's base 256
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (claimedSize < 0) {
      setNegativeSize(header, claimedSize);
    }
    out.writeBytes(header);
    byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
    out.writeBytes(bytes);
    out.writeBytes(new byte[-bytes.length & (header.length - 1)]);
    return this;
  }

  /** Commons Compress writes none: of base 256, with the checksum made right again. */
  private static void setNegativeSize(byte[] header, long size) {
    Arrays.fill(header, SIZE_OFFSET, SIZE_OFFSET + 4, (byte) 0xff);
    ByteBuffer.wrap(header, SIZE_OFFSET + 4, Long.BYTES).putLong(size);
    Arrays.fill(
        header, TarConstants.CHKSUM_OFFSET, TarConstants.CHKSUM_OFFSET + CHECKSUM, (byte) ' ');
    TarUtils.formatCheckSumOctalBytes(
        TarUtils.computeCheckSum(header),
        header,
        TarConstants.CHKSUM_OFFSET,
        TarConstants.CHKSUMLEN);
  }

  byte[] bytes() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(out.toByteArray());
    whole.writeBytes(new byte[2 * TarConstants.DEFAULT_RCDSIZE]);
    return whole.toByteArray();
  }
}
