package io.github.containersnap.harness.property;

/** What must always hold. The names are the design's. */
public enum Property {
  P1("atomic", "the machine boots a tree that is exactly the old or exactly the new deployment"),
  P2("durable", "once success was reported, the next boot is the new deployment"),
  P3("one truth", "the boot loader and the kernel agree on the default"),
  P4("keeps", "/var, local changes in /etc and the fallback survive"),
  P5("converges", "after recovery the same update succeeds and gives the same tree"),
  P6("no leaks", "nothing but the retained deployments is left"),
  P7("full disk", "ENOSPC at any write leaves the old default and a working system"),
  P8("broken pull", "nothing unverified is ever deployed"),
  P9("I/O errors", "an I/O error is reported, never committed"),
  P10("boots", "every crash state boots"),
  P11("falls back", "a system that does not come up returns to the old one"),
  P12("alone", "two updates at once are as harmless as a crash"),
  P13("harmless", "a command that fails leaves everything as it was");

  private final String title;
  private final String claim;

  Property(String title, String claim) {
    this.title = title;
    this.claim = claim;
  }

  /** One or two words. */
  public String title() {
    return title;
  }

  /** What holds, as a sentence part. */
  public String claim() {
    return claim;
  }
}
