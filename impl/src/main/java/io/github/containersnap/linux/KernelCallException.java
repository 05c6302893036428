package io.github.containersnap.linux;

import java.io.IOException;

/** A system call failed. */
public final class KernelCallException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final String path;
  private final int errno;

  KernelCallException(String call, String path, int errno) {
    super("%s on %s failed: %s".formatted(call, path, Errno.name(errno)));
    this.call = call;
    this.path = path;
    this.errno = errno;
  }

  /** The call and what of it matters, such as {@code lgetxattr(security.capability)}. */
  public String call() {
    return call;
  }

  /** The path the call was for. */
  public String path() {
    return path;
  }

  /** The name of the error, such as {@code EIO}. */
  public String error() {
    return Errno.name(errno);
  }
}
