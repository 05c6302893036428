/** Test images and what else tests and faults share. It knows no verdict. */
@NullMarked
package io.github.containersnap.harness.testkit;

import org.jspecify.annotations.NullMarked;
