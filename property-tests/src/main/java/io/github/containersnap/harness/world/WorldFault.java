package io.github.containersnap.harness.world;

/** What can go wrong while a command is at work. */
public sealed interface WorldFault {
  /**
   * The power goes.
   *
   * @param rightAfterACommit whether the kernel had just committed by itself
   */
  record PowerCut(boolean rightAfterACommit) implements WorldFault {}

  /** {@code kill -9}: the process is gone, what the kernel has in memory is not. */
  record Kill() implements WorldFault {}

  /** The call fails with an input/output error, once. */
  record InputOutputError() implements WorldFault {}

  /** The disk takes no write any more, until the machine is started again. */
  record DiskFails() implements WorldFault {}

  /**
   * The disk did not take contents that the kernel wrote back. The kernel tells of it once, to the
   * next who waits for the whole filesystem (syncfs(2)).
   */
  record ContentsLost() implements WorldFault {}

  /**
   * Somebody else fills the disk.
   *
   * @param data how many bytes of data are left
   * @param metadata how many bytes of metadata are left
   */
  record DiskFills(long data, long metadata) implements WorldFault {}

  /** The kernel commits by itself, as it does every 30 seconds and when it is short of memory. */
  record KernelCommits() implements WorldFault {}

  /** The connection to the registry breaks, until the command has ended. */
  record LineBreaks(Kind kind) implements WorldFault {
    /** How it breaks. */
    public enum Kind {
      CUT("is cut"),
      CORRUPT("delivers a blob that is not what its digest says"),
      ERROR("answers with 503"),
      STALL("falls silent");

      private final String words;

      Kind(String words) {
        this.words = words;
      }

      /** As the rest of a sentence about the registry. */
      public String words() {
        return words;
      }
    }
  }

  /** A second command is started while the first is at work. */
  record SecondCommand(Command command) implements WorldFault {
    /** Which one. */
    public enum Command {
      RECOVER,
      PRUNE,
      UPDATE,
      ROLLBACK,
      BLESS
    }
  }
}
