package io.github.containersnap.loopback.log;

/** What a write log has to know of the disk it was recorded from. */
public interface DiskGeometry {

  /** The size of the whole disk in bytes; no entry may reach beyond it. */
  long sizeBytes();

  /**
   * Where on the disk, in bytes, the marks of the harness are written: past every partition, so
   * that no filesystem ever sees them. A multiple of {@link MarkSector#BYTES}.
   */
  long marksOffset();
}
