/**
 * The story that {@code ci/gate demo} tells: a real host in a virtual machine loses its power,
 * updates, meets a broken image and comes back. What it shows happens while it is shown; nothing
 * here is judged, and nothing here is acted.
 */
@NullMarked
package io.github.containersnap.gate.demo;

import org.jspecify.annotations.NullMarked;
