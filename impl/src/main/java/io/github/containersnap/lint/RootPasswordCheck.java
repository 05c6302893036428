package io.github.containersnap.lint;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A password of root that all machines would share (shadow(5), passwd(5)). */
final class RootPasswordCheck implements LintCheck {
  private static final String SHADOW = "etc/shadow";
  private static final String PASSWD = "etc/passwd";
  private static final String IN_SHADOW = "x";

  @Override
  public List<Finding> findings(InspectedImage image) {
    List<Finding> findings = new ArrayList<>();
    Optional<String> passwd = password(image, PASSWD);
    passwd.filter(it -> !it.equals(IN_SHADOW)).ifPresent(it -> add(PASSWD, it, findings));
    if (passwd.isEmpty() || passwd.get().equals(IN_SHADOW)) {
      password(image, SHADOW).ifPresent(it -> add(SHADOW, it, findings));
    }
    return findings;
  }

  private static Optional<String> password(InspectedImage image, String file) {
    return image.text(file).stream()
        .flatMap(String::lines)
        .map(line -> line.split(":", -1))
        .filter(fields -> fields.length > 1 && fields[0].equals("root"))
        .map(fields -> fields[1])
        .findFirst();
  }

  /** No hash begins so; {@code passwd -l} and images without a password have it. */
  private static boolean isLocked(String password) {
    return password.startsWith("!") || password.startsWith("*");
  }

  private static void add(String file, String password, List<Finding> findings) {
    if (isLocked(password)) {
      return;
    }
    findings.add(
        Finding.error(
            LintRule.ROOT_PASSWORD,
            password.isEmpty() ? "root logs in without a password" : "it has a password for root",
            List.of(file),
            "It is the same on every machine that is installed from the image, and everybody who"
                + " has the image can read it or try it out.",
            "Lock it in the image: RUN passwd --lock root; give each machine an SSH key or a"
                + " password of its own."));
  }
}
