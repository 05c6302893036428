package io.github.containersnap.vm.images;

/** What a user named as an image cannot be used as one. The message is one sentence for them. */
public final class ImageInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String input;

  /**
   * @param input what the user typed
   * @param whatIsWrong the rest of the sentence, such as "is no image: …"
   */
  public ImageInputException(String input, String whatIsWrong) {
    super("%s %s".formatted(input, whatIsWrong));
    this.input = input;
  }

  /** What the user typed. */
  public String input() {
    return input;
  }
}
