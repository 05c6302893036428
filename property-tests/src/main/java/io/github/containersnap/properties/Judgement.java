package io.github.containersnap.properties;

import java.util.List;

/** Decides one property. */
public interface Judgement {
  /** Where {@code view} breaks the property; empty if it holds. */
  List<Violation> judge(SystemView view, Expected expected);
}
